import { writeSync } from 'node:fs';
import { AuditLedger } from '../../src/audit/audit-ledger.ts';
import { openDatabase } from '../../src/connection/open-database.ts';
import { numbers, spooledEntry } from './audit-entries.ts';

// node --conditions=@pipeline/source append-until-killed.ts <folder> <last number that was acknowledged>
// A producer that sends on from there in parts of random size, two at a time, and says what was acknowledged.

const MAX_PART = 400;
const [path = '', acknowledged = '0'] = process.argv.slice(2);
const onWarning = () => void writeSync(1, 'sealed 1\n');
const ledger = await AuditLedger.open(await openDatabase({ path }), { onWarning });
writeSync(1, `durable ${ledger.durableSeq('01a1ff27-8260-7000-abb3-e62300000abc')}\n`);
for (let last = Number(acknowledged); ; ) {
	const middle = last + 1 + Math.floor(Math.random() * MAX_PART);
	const end = middle + 1 + Math.floor(Math.random() * MAX_PART);
	const part = (from: number, to: number) => numbers(from, to).map((number) => spooledEntry(number, number));
	await Promise.all([ledger.append(part(last + 1, middle)), ledger.append(part(middle + 1, end))]);
	writeSync(1, `acknowledged ${end}\n`);
	last = end;
}
