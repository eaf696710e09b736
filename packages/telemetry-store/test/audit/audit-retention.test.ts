import { afterAll, beforeAll, expect, it } from 'vitest';
import { AuditLedger } from '../../src/audit/audit-ledger.ts';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import { applyRetention, RETENTIONS } from '../../src/schema/retention.ts';
import { openTestDatabase } from '../open-test-database.ts';
import { auditEntry, numbers } from './audit-entries.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
	database = await openTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const DAY_MS = 86_400_000;
const SEVEN_YEARS = RETENTIONS.prod.audit;

it('keeps audit for seven years, then lets it go a month at a time, and can tell that from deletion', async () => {
	const now = Date.now();
	const daysAgo = (days: number) => `${new Date(now - days * DAY_MS).toISOString().slice(0, -1)}000Z`;
	const ledger = await AuditLedger.open(database);
	const ages = [SEVEN_YEARS + 400, SEVEN_YEARS + 60, SEVEN_YEARS - 2, 30, 0];
	for (const [index, age] of ages.entries()) {
		const of = numbers(1, 3).map((number) => auditEntry(index * 10 + number, { timestamp: daysAgo(age) }));
		await ledger.append(of.map(({ event }) => ({ event, origin: { service: 'alpha', receivedAt: daysAgo(0) } })));
	}
	expect(await verifyAudit(database)).toMatchObject({ isIntact: true, chains: [{ entries: 15, expired: 0 }] });
	await applyRetention(database, RETENTIONS.prod);
	await database.administer(({ execute }) => execute('OPTIMIZE TABLE telemetry.audit_events FINAL'));
	const left = await database.query<{ seq: string }>('SELECT seq FROM audit_events ORDER BY seq LIMIT 100');
	expect(left.map(({ seq }) => Number(seq))).toEqual(numbers(7, 15));
	expect(await verifyAudit(database)).toMatchObject({
		isIntact: true,
		chains: [{ blocks: 5, entries: 9, expired: 6 }],
	});
	const kept = await verifyAudit(database, { retentionDays: 0 });
	expect(kept.findings).toMatchObject([
		{ kind: 'DELETED', block: 1, firstSeq: 1, lastSeq: 3 },
		{ kind: 'DELETED', block: 2, firstSeq: 4, lastSeq: 6 },
	]);
	await ledger.append([auditEntry(900, { timestamp: daysAgo(0) })]);
	expect((await verifyAudit(database)).isIntact).toBe(true);
});
