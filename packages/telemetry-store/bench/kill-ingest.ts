import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditLedger } from '../src/audit/audit-ledger.ts';
import { verifyAudit } from '../src/audit/verify-audit.ts';
import { openDatabase } from '../src/connection/open-database.ts';
import { killIngest, lostRequests } from '../test/ingest/kill.ts';

// node --conditions=@pipeline/source bench/kill-ingest.ts [kills] [longest ms]: a process that ingests is killed at random moments, each time on the same store.

const kills = Number(process.argv[2] ?? 50);
const maxMs = Number(process.argv[3] ?? 1_000);
const REQUESTS_PER_KILL = 100_000;
const folder = await mkdtemp(join(tmpdir(), 'kill-ingest-'));
const acknowledged: number[] = [];
for (let kill = 0; kill < kills; kill++) {
	acknowledged.push(...(await killIngest(folder, kill * REQUESTS_PER_KILL, Math.random() * maxMs)));
	process.stderr.write(`\r${kill + 1} of ${kills}`);
}
process.stderr.write('\n');
const database = await openDatabase({ path: join(folder, 'store') });
const lost = await lostRequests(database, acknowledged);
// What the last kill left unsealed is sealed now.
const ledger = await AuditLedger.open(database);
const { findings } = await verifyAudit(database);
const broken = findings.filter(({ kind }) => kind !== 'PRODUCER_GAP');
console.log(
	JSON.stringify({
		bench: 'kill-ingest',
		kills,
		acknowledgedRequests: acknowledged.length,
		lostRequests: lost.length,
		findings: broken,
	}),
);
if (lost.length > 0 || broken.length > 0) process.exitCode = 1;
await ledger.close();
await database.close();
await rm(folder, { recursive: true });
