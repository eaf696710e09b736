import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AuditLedger } from '../src/audit/audit-ledger.ts';
import { verifyAudit } from '../src/audit/verify-audit.ts';
import { openDatabase } from '../src/connection/open-database.ts';
import { migrate } from '../src/schema/migrate.ts';
import { PRODUCER } from '../test/audit/audit-entries.ts';
import { killAppending, randomParts } from '../test/audit/kill-appending.ts';

// node --conditions=@pipeline/source bench/store-kill.bench.ts [--kills 50]: one store, whose writer is killed again and again.

const { values } = parseArgs({ options: { kills: { type: 'string', default: '50' }, json: { type: 'boolean' } } });
const kills = Number(values.kills);
const path = mkdtempSync(join(tmpdir(), 'store-kill-'));
const first = await openDatabase({ path });
await migrate(first);
await first.close();

let acknowledged = 0;
let forgotten = 0;
let sealedLater = 0;
for (let kill = 0; kill < kills; kill++) {
	const killed = await killAppending(path, acknowledged, randomParts());
	if (killed.durable < acknowledged) forgotten++;
	if (killed.hasSealed) sealedLater++;
	acknowledged = killed.acknowledged;
	process.stderr.write(`\r${kill + 1} of ${kills}`);
}
process.stderr.write('\n');

const database = await openDatabase({ path });
const ledger = await AuditLedger.open(database);
const report = await verifyAudit(database);
const [row] = await database.query<Record<'entries' | 'ids' | 'acknowledged', string>>(
	'SELECT count() AS entries, uniqExact(event_id) AS ids, uniqExactIf(producer_seq, producer_seq <= {last:UInt64}) AS acknowledged FROM audit_events',
	{ last: acknowledged },
);
const lost = acknowledged - Number(row?.acknowledged);
const doubled = Number(row?.entries) - Number(row?.ids);
const durable = ledger.durableSeq(PRODUCER);
await ledger.close();
await database.close();
rmSync(path, { recursive: true });
console.log(
	JSON.stringify({
		...{ bench: 'store-kill', kills, acknowledged, stored: Number(row?.entries), durable, lost, doubled, forgotten },
		...{ blocks: report.chains[0]?.blocks, isIntact: report.isIntact, findings: report.findingCount, sealedLater },
	}),
);
if (lost > 0 || doubled > 0 || forgotten > 0 || !report.isIntact) process.exitCode = 1;
