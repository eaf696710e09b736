import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import { openDatabase } from '../../src/connection/open-database.ts';
import { killIngest, lostRequests } from './kill.ts';

const KILLS_AFTER_MS = [0, 60, 250];
const REQUESTS_PER_KILL = 100_000;

it('loses nothing that it has acknowledged when it is killed', { timeout: 240_000 }, async () => {
	const folder = await mkdtemp(join(tmpdir(), 'ingest-kill-'));
	const acknowledged: number[] = [];
	for (const [kill, afterMs] of KILLS_AFTER_MS.entries()) {
		acknowledged.push(...(await killIngest(folder, kill * REQUESTS_PER_KILL, afterMs)));
	}
	const database = await openDatabase({ path: join(folder, 'store') });
	expect(acknowledged.length).toBeGreaterThanOrEqual(KILLS_AFTER_MS.length);
	expect(await lostRequests(database, acknowledged)).toEqual([]);
	const { findings } = await verifyAudit(database);
	// Between the kills the producer's numbers jump.
	expect(findings.filter(({ kind }) => kind !== 'PRODUCER_GAP')).toEqual([]);
	await database.close();
	await rm(folder, { recursive: true });
});
