import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AuditLedger } from '../../src/audit/audit-ledger.ts';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import { openDatabase } from '../../src/connection/open-database.ts';
import { migrate } from '../../src/schema/migrate.ts';
import { PRODUCER } from './audit-entries.ts';
import { killAppending, randomParts } from './kill-appending.ts';

let path: string;
beforeAll(async () => {
	path = mkdtempSync(join(tmpdir(), 'killed-ledger-'));
	const database = await openDatabase({ path });
	await migrate(database);
	await database.close();
});
afterAll(() => rmSync(path, { recursive: true }));

const KILLS = 3;

it('loses and doubles nothing that was acknowledged when the process is killed', { timeout: 240_000 }, async () => {
	let acknowledged = 0;
	for (let kill = 0; kill < KILLS; kill++) {
		const killed = await killAppending(path, acknowledged, randomParts());
		expect(killed.durable).toBeGreaterThanOrEqual(acknowledged);
		expect(killed.acknowledged).toBeGreaterThan(acknowledged);
		acknowledged = killed.acknowledged;
	}
	const database = await openDatabase({ path });
	const ledger = await AuditLedger.open(database);
	expect(ledger.durableSeq(PRODUCER)).toBeGreaterThanOrEqual(acknowledged);
	const report = await verifyAudit(database);
	expect(report).toMatchObject({ isIntact: true, chains: [{ unsealed: 0 }] });
	const [row] = await database.query<Record<string, string>>(
		'SELECT count() AS entries, uniqExact(event_id) AS ids, max(producer_seq) AS newest FROM audit_events',
	);
	expect(row?.['entries']).toBe(row?.['ids']);
	expect(row?.['entries']).toBe(row?.['newest']);
	expect(Number(row?.['newest'])).toBeGreaterThanOrEqual(acknowledged);
	await ledger.close();
	await database.close();
});
