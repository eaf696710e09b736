import { join } from 'node:path';
import { AuditLedger } from '../../src/audit/audit-ledger.ts';
import { openDatabase } from '../../src/connection/open-database.ts';
import { Ingest } from '../../src/ingest/ingest.ts';
import { migrate } from '../../src/schema/migrate.ts';
import { protobufBytes } from '../otlp/otlp-bytes.ts';
import { numberedRequest } from './numbered-request.ts';

// Takes requests until it is killed, and says which of them it has acknowledged.

const [, , folder = '', from = '0'] = process.argv;
const database = await openDatabase({ path: join(folder, 'store') });
await migrate(database);
const ledger = await AuditLedger.open(database);
const ingest = new Ingest(database, { ledger, overflowPath: join(folder, 'overflow'), maxDelayMs: 5 });
const SENDERS = 4;

async function send(first: number): Promise<never> {
	for (let number = first; ; number += SENDERS) {
		await ingest.accept('logs', 'protobuf', protobufBytes('logs', numberedRequest(number)));
		process.stdout.write(`${number}\n`);
	}
}

await Promise.all(Array.from({ length: SENDERS }, (_, sender) => send(Number(from) + sender)));
