import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AuditLedger } from '../../src/audit/audit-ledger.ts';
import type { AuditQueryRequest } from '../../src/audit/audit-query-request.ts';
import { type AuditQueryOptions, queryAudit } from '../../src/audit/query-audit.ts';
import { TenantScope } from '../../src/tenancy/tenant-scope.ts';
import { openTestDatabase } from '../open-test-database.ts';
import { auditEntry, auditEvent, idOf, numbers, START, timeOf } from './audit-entries.ts';

const ONE = 't_0000000000000001';
const OTHER = 't_0000000000000002';
const COUNT = 120;
const timeRange = { from: START, to: timeOf(1_000_000) };

/** Many at the same instant, so that ids decide; every third of the other tenant, every fourth a completion. */
const changesOf = (number: number): Partial<TelemetryEvent> => ({
	timestamp: timeOf(Math.floor(number / 10)),
	...(number % 4 === 0
		? { eventType: 'TRACE' as const, name: 'pipeline.alpha.trace.trace.completed', component: 'trace' }
		: {}),
	severity: number % 2 === 0 ? 'ERROR' : 'INFO',
	dimensions: {
		'pipeline.tenant': number % 3 === 0 ? OTHER : ONE,
		'audit.actor_id': `actor-${number % 5}`,
		'pipeline.lineage_id': `lineage-${number % 7}`,
	},
});

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let ledger: AuditLedger;
beforeAll(async () => {
	database = await openTestDatabase();
	ledger = await AuditLedger.open(database);
	// Ids run against time, and against the order of their own.
	await ledger.append(numbers(1, COUNT).map((number) => auditEntry(number * 7_919, changesOf(number))));
});
afterAll(() => database[Symbol.asyncDispose]());

const scope = TenantScope.of(ONE);
const events = numbers(1, COUNT).map((number) => auditEvent(number * 7_919, changesOf(number)));
const own = events.filter(({ dimensions }) => dimensions['pipeline.tenant'] === ONE);
const idsOf = (entries: readonly TelemetryEvent[]) => entries.map(({ eventId }) => eventId);
const found = async (request: Partial<AuditQueryRequest>, of = scope) =>
	(await queryAudit(database, of, { timeRange, ...request })).entries;

async function pagesOf(request: AuditQueryRequest, pageSizes: readonly number[], options: AuditQueryOptions = {}) {
	const entries: TelemetryEvent[] = [];
	let token: string | undefined;
	for (let page = 0; ; page++) {
		const pageSize = pageSizes[page % pageSizes.length] ?? 10;
		const answer = await queryAudit(
			database,
			scope,
			{ ...request, pageSize, ...(token === undefined ? {} : { continuationToken: token }) },
			options,
		);
		expect(answer.totalCount).toBe(own.length);
		entries.push(...answer.entries);
		if (answer.continuationToken === null) return entries;
		expect(answer.entries).toHaveLength(pageSize);
		token = answer.continuationToken;
	}
}

it('gives the entries that were appended, with their place in the chain', async () => {
	const [entry] = await found({ recordIds: [`record-${7_919}`] });
	const { 'audit.checksum': checksum, 'audit.sequence': sequence, ...dimensions } = entry?.dimensions ?? {};
	expect({ ...entry, dimensions }).toEqual(events[0]);
	expect(checksum).toMatch(/^[0-9a-f]{64}$/);
	expect(Number(sequence)).toBeGreaterThan(0);
});

it('finds by every filter', async () => {
	const expected = (keep: (event: TelemetryEvent) => boolean) => new Set(idsOf(own.filter(keep)));
	const cases: readonly (readonly [Partial<AuditQueryRequest>, (event: TelemetryEvent) => boolean])[] = [
		[{}, () => true],
		[{ recordIds: [], modules: [] }, () => true],
		[{ eventTypes: ['AUDIT'] }, ({ eventType }) => eventType === 'AUDIT'],
		[{ eventTypes: ['TRACE', 'LOG'] }, ({ eventType }) => eventType === 'TRACE'],
		[{ severityMinimum: 'WARN' }, ({ severity }) => severity === 'ERROR'],
		[{ actorIds: ['actor-1', 'actor-2'] }, ({ dimensions }) => /[12]$/.test(dimensions['audit.actor_id'] ?? '')],
		[{ lineageIds: ['lineage-3'] }, ({ dimensions }) => dimensions['pipeline.lineage_id'] === 'lineage-3'],
		[{ components: ['alpha.adapter'] }, ({ component }) => component === 'adapter'],
		[{ components: ['trace'] }, ({ component }) => component === 'trace'],
		[{ resourceIds: ["x' OR 1"] }, () => false],
		[{ modules: ['BETA'] }, () => false],
		[{ correlationIds: ['run-1'] }, () => true],
		[{ batchIds: ['b'] }, () => false],
		[{ traceIds: ['t'] }, () => false],
		[{ tenant: ONE }, () => true],
		[{ timeRange: { from: timeOf(2), to: timeOf(3) } }, ({ timestamp }) => timestamp === timeOf(2)],
	];
	for (const [request, keep] of cases) {
		expect(new Set(idsOf(await found(request))), JSON.stringify(request)).toEqual(expected(keep));
	}
});

it('gives the same in pages of any size, either way, as in one', async () => {
	for (const order of ['ASC', 'DESC'] as const) {
		const whole = await found({ order });
		expect(whole.map(({ timestamp }) => timestamp)).toEqual(
			own.map(({ timestamp }) => timestamp).sort((a, b) => (a < b ? -1 : 1) * (order === 'ASC' ? 1 : -1)),
		);
		await fc.assert(
			fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 4 }), async (sizes) => {
				expect(await pagesOf({ timeRange, order }, [...sizes, 60])).toEqual(whole);
			}),
			{ numRuns: 4 },
		);
	}
});

it('finds by any text, as it is', async () => {
	const tenant = 't_0000000000000003';
	const texts = [
		'\u0000',
		"'",
		'\\',
		"\\'",
		'\n',
		'\t',
		'"',
		',',
		']',
		'NULL',
		'\\N',
		'ü😀',
		'{a:String}',
		' ',
		'%',
		'\u007f',
	];
	const changes = texts.map((text) => ({
		recordId: text,
		dimensions: { 'pipeline.tenant': tenant, 'audit.actor_id': text, 'audit.resource_id': text },
	}));
	await ledger.append(changes.map((change, index) => auditEntry(3_000_000 + index, change)));
	const of = TenantScope.of(tenant);
	const range = { from: START, to: timeOf(9_000_000) };
	for (const [index, text] of texts.entries()) {
		for (const filter of ['recordIds', 'actorIds', 'resourceIds']) {
			const entries = await found({ timeRange: range, [filter]: [text, 'other'] }, of);
			expect(idsOf(entries), JSON.stringify(text)).toEqual([idOf(3_000_000 + index)]);
		}
	}
	expect(await found({ timeRange: range, recordIds: texts }, of)).toHaveLength(texts.length);
	expect(await found({ timeRange: range, batchIds: ['\ud800'] }, of)).toEqual([]);
});

it('keeps pages as they are while entries are added', async () => {
	const range = { from: '2025-01-01T00:00:00Z', to: '2025-01-02T00:00:00Z' };
	const at = (number: number, receivedAt: string) => {
		const entry = auditEntry(number, { timestamp: `2025-01-01T00:00:00.${String(number).slice(-6)}Z` });
		return { event: entry.event, origin: { service: 'alpha', receivedAt } };
	};
	const all = TenantScope.of('default');
	await ledger.append([at(2_000_010, timeOf(1)), at(2_000_020, timeOf(2)), at(2_000_030, timeOf(3))]);
	const first = await queryAudit(database, all, { timeRange: range, pageSize: 2 });
	await ledger.append([at(2_000_005, timeOf(4)), at(2_000_025, timeOf(4))]);
	const next = await queryAudit(database, all, {
		timeRange: range,
		pageSize: 2,
		continuationToken: first.continuationToken ?? '',
	});
	expect([idsOf(first.entries), idsOf(next.entries)]).toEqual([[idOf(2_000_010), idOf(2_000_020)], [idOf(2_000_030)]]);
	expect([next.totalCount, next.continuationToken]).toEqual([3, null]);
});

it('shows no tenant what is of another', async () => {
	expect(await found({ tenant: ONE }, TenantScope.of(ONE, OTHER))).toHaveLength(own.length);
	expect(await found({}, TenantScope.of(ONE, OTHER))).toHaveLength(COUNT);
	expect(await found({}, TenantScope.operator('audit of the year'))).toHaveLength(COUNT);
	await expect(found({ tenant: OTHER })).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
	const { continuationToken } = await queryAudit(database, scope, { timeRange, pageSize: 1 });
	const withToken = { timeRange, pageSize: 1, continuationToken: continuationToken ?? '' };
	for (const foreign of [TenantScope.of(OTHER), TenantScope.of(ONE, OTHER), TenantScope.operator('x')]) {
		await expect(queryAudit(database, foreign, withToken)).rejects.toMatchObject({ code: 'QUERY_INVALID' });
	}
	await fc.assert(
		fc.asyncProperty(fc.constantFrom(ONE, OTHER), fc.integer({ min: 1, max: 200 }), async (tenant, pageSize) => {
			const { entries } = await queryAudit(database, TenantScope.of(tenant), { timeRange, pageSize });
			expect(entries.every(({ dimensions }) => dimensions['pipeline.tenant'] === tenant)).toBe(true);
		}),
		{ numRuns: 6 },
	);
});

it('refuses a token that was changed, or is of another query, order or key', async () => {
	const { continuationToken } = await queryAudit(database, scope, { timeRange, pageSize: 3 });
	const token = continuationToken ?? '';
	const ask = (request: Partial<AuditQueryRequest>, options: AuditQueryOptions = {}) =>
		queryAudit(database, scope, { timeRange, pageSize: 3, continuationToken: token, ...request }, options);
	expect((await ask({ pageSize: 5 })).entries).toHaveLength(5);
	const [payload = '', mac = ''] = token.split('.');
	const changed = Buffer.from(Buffer.from(payload, 'base64url').toString().replace('2026', '2025')).toString(
		'base64url',
	);
	const others: readonly Partial<AuditQueryRequest>[] = [
		...[{ order: 'DESC' as const }, { recordIds: ['a'] }, { tenant: ONE }],
		{ timeRange: { ...timeRange, to: timeOf(999_999) } },
		...[`${changed}.${mac}`, payload, '', 'x.y', `${payload}.`].map((text) => ({ continuationToken: text })),
	];
	for (const other of others) await expect(ask(other)).rejects.toMatchObject({ code: 'QUERY_INVALID' });
	await expect(ask({}, { tokenKey: Buffer.alloc(16) })).rejects.toMatchObject({ code: 'QUERY_INVALID' });
	await expect(ask({}, { tokenKey: Buffer.alloc(15) })).rejects.toMatchObject({ code: 'QUERY_INVALID' });
});

it('says which field of a request is wrong, and not what was in it', async () => {
	const wrong: readonly (readonly [string, unknown])[] = [
		['timeRange', { timeRange: undefined }],
		['timeRange', { timeRange: { from: timeOf(1), to: timeOf(1) } }],
		['timeRange.from', { timeRange: { from: 'secret', to: timeOf(1) } }],
		['timeRange.to', { timeRange: { from: START, to: '2026-02-31T25:00:00Z' } }],
		['pageSize', { pageSize: 0 }],
		['pageSize', { pageSize: 10_001 }],
		['pageSize', { pageSize: 1.5 }],
		['recordIds', { recordIds: Array.from({ length: 1_001 }, () => 'secret') }],
		['recordIds.0', { recordIds: ['secret'.repeat(200)] }],
		['modules.1', { modules: ['ALPHA', 'secret'] }],
		['order', { order: 'secret' }],
		['continuationToken', { continuationToken: 'secret'.repeat(400) }],
		['other', { other: 'secret' }],
	];
	for (const [field, request] of wrong) {
		const error = await found(request as Partial<AuditQueryRequest>).catch((reason: unknown) => reason);
		expect(error).toMatchObject({ code: 'QUERY_INVALID', message: expect.stringMatching(`^${field}: `) as string });
		expect(String(error)).not.toContain('secret');
	}
	expect(await found({ recordIds: Array.from({ length: 1_000 }, () => 'a'), pageSize: 10_000 })).toEqual([]);
});

it('estimates the total when counting takes too long', async () => {
	const answer = await queryAudit(database, scope, { timeRange, pageSize: 5 }, { countTimeoutMs: 0 });
	expect(answer).toMatchObject({ totalIsEstimate: true, entries: { length: 5 } });
	expect(answer.totalCount).toBeGreaterThanOrEqual(5);
});
