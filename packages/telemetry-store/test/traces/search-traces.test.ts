import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TenantScope } from '../../src/tenancy/tenant-scope.ts';
import { searchTraces } from '../../src/traces/search-traces.ts';
import type { TraceSearchRequest } from '../../src/traces/trace-search-request.ts';
import { openTestDatabase } from '../open-test-database.ts';
import { DAY, insertSpans, type TestSpan, traceIdOf } from './span-rows.ts';

const SCOPE = TenantScope.of('default');
const OTHER = 't_other';

const FIXED: readonly TestSpan[] = [
	{ trace: 1, span: 1, at: 0, ms: 100 },
	{ trace: 1, span: 2, parent: 1, name: 'beta.record.transform', service: 'beta', at: 10, ms: 60, status: 'Error' },
	{
		trace: 2,
		span: 1,
		at: 1_000,
		ms: 20,
		attributes: { 'pipeline.source_id': "file:o'brien\\\n{x:String}" },
		status: 'Ok',
	},
	{ trace: 3, span: 1, at: 2_000, ms: 30, resource: { 'service.version': '2' }, status: 'STATUS_CODE_ERROR' },
	{ trace: 4, span: 1, at: 3_000, attributes: { 'pipeline.tenant': OTHER, 'pipeline.source_id': 'secret' } },
	{ trace: 5, span: 1, at: 86_400_000, ms: 7 },
];

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
	database = await openTestDatabase();
	await insertSpans(database, FIXED);
});
afterAll(() => database[Symbol.asyncDispose]());

const idsOf = async (request: Partial<TraceSearchRequest>, scope = SCOPE) => {
	const { traces } = await searchTraces(database, scope, { timeRange: DAY, ...request });
	return traces.map(({ traceId }) => Number.parseInt(traceId, 16));
};

it('gives one line a trace, newest first', async () => {
	const { traces, continuationToken } = await searchTraces(database, SCOPE, { timeRange: DAY });
	expect(continuationToken).toBeUndefined();
	expect(traces.map(({ traceId }) => traceId)).toEqual([3, 2, 1].map(traceIdOf));
	expect(traces[2]).toEqual({
		traceId: traceIdOf(1),
		name: 'alpha.record.ingest',
		service: 'pipeline',
		startTime: '2026-11-20T10:00:00.000000000Z',
		durationMs: 100,
		spans: 2,
		errorSpans: 1,
		services: ['beta', 'pipeline'],
	});
});

it('finds by service, module, operation, duration, status and tags', async () => {
	expect(await idsOf({ service: 'beta' })).toEqual([1]);
	expect(await idsOf({ service: "beta' OR '1'='1" })).toEqual([]);
	expect(await idsOf({ module: 'BETA' })).toEqual([1]);
	expect(await idsOf({ module: 'gamma' })).toEqual([]);
	expect(await idsOf({ operation: 'beta.record.transform' })).toEqual([1]);
	expect(await idsOf({ minDurationMs: 30 })).toEqual([3, 1]);
	expect(await idsOf({ minDurationMs: 30.000001 })).toEqual([1]);
	expect(await idsOf({ maxDurationMs: 20 })).toEqual([2]);
	expect(await idsOf({ minDurationMs: 20, maxDurationMs: 60 })).toEqual([3, 2, 1]);
	expect(await idsOf({ status: 'ERROR' })).toEqual([3, 1]);
	expect(await idsOf({ status: 'OK' })).toEqual([2]);
	expect(await idsOf({ status: 'UNSET' })).toEqual([1]);
	expect(await idsOf({ tags: { 'pipeline.source_id': "file:o'brien\\\n{x:String}" } })).toEqual([2]);
	expect(await idsOf({ tags: { 'service.version': '2' } })).toEqual([3]);
	expect(await idsOf({ tags: { other: '2' } })).toEqual([]);
	// One span has all of it: the beta span of the first trace is no 100 ms long.
	expect(await idsOf({ service: 'beta', minDurationMs: 100 })).toEqual([]);
	expect(await idsOf({ timeRange: { from: '2026-11-20T10:00:01Z', to: '2026-11-20T10:00:02Z' } })).toEqual([2]);
	expect(await idsOf({ timeRange: { from: '2026-11-20T10:00:00Z', to: '2026-11-21T10:00:00.000000001Z' } })).toEqual([
		5, 3, 2, 1,
	]);
});

it('shows each tenant its own traces only', async () => {
	expect(await idsOf({}, TenantScope.of(OTHER))).toEqual([4]);
	expect(await idsOf({ tags: { 'pipeline.source_id': 'secret' } })).toEqual([]);
	expect(await idsOf({}, TenantScope.of(OTHER, 'default'))).toEqual([4, 3, 2, 1]);
	expect(await idsOf({}, TenantScope.operator('test'))).toEqual([4, 3, 2, 1]);
});

it('refuses what is out of bounds', async () => {
	const bad: readonly Partial<TraceSearchRequest>[] = [
		{ pageSize: 0 },
		{ pageSize: 1_001 },
		{ module: "a'" },
		{ service: '' },
		{ operation: 'a'.repeat(1_025) },
		{ minDurationMs: -1 },
		{ maxDurationMs: Number.NaN },
		{ tags: Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, 'v'])) },
		{ tags: { k: '' } },
		{ status: 'FINE' as 'OK' },
		{ status: 'toString' as 'OK' },
		{ timeRange: { from: DAY.to, to: DAY.from } },
		{ timeRange: { from: DAY.from, to: DAY.from } },
		{ timeRange: { from: 'yesterday', to: DAY.to } },
		{ timeRange: { from: '2026-02-31T00:00:00Z\n', to: DAY.to } },
		{ timeRange: { from: '2026-08-20T23:59:59.999999999Z', to: '2026-11-21T00:00:00Z' } },
		{ continuationToken: 'x' },
		{ continuationToken: 'x'.repeat(10_000) },
	];
	for (const request of bad) {
		const found = searchTraces(database, SCOPE, { timeRange: DAY, ...request });
		await expect(found, JSON.stringify(request).slice(0, 80)).rejects.toMatchObject({ code: 'QUERY_INVALID' });
	}
	expect(await idsOf({ pageSize: 1_000, timeRange: { from: '2026-08-21T00:00:00Z', to: DAY.to } })).toHaveLength(3);
});

it('takes a token only with the request and the scope that it came from', async () => {
	const { continuationToken = '' } = await searchTraces(database, SCOPE, { timeRange: DAY, pageSize: 1 });
	expect(await idsOf({ pageSize: 2, continuationToken })).toEqual([2, 1]);
	for (const request of [{ service: 'beta' }, { timeRange: { ...DAY, from: '2026-11-20T01:00:00Z' } }]) {
		const found = searchTraces(database, SCOPE, { timeRange: DAY, ...request, continuationToken });
		await expect(found).rejects.toMatchObject({ code: 'QUERY_INVALID' });
	}
	const asOther = searchTraces(database, TenantScope.of(OTHER), { timeRange: DAY, continuationToken });
	await expect(asOther).rejects.toMatchObject({ code: 'QUERY_INVALID' });
});

it('gives every trace once over its pages, while newer ones are added', async () => {
	let next = 1_000;
	const span = fc.record({
		at: fc.nat(5),
		name: fc.constantFrom('alpha.a.b', 'alpha.c.d'),
		count: fc.integer({ min: 1, max: 3 }),
	});
	await fc.assert(
		fc.asyncProperty(
			fc.array(span, { minLength: 1, maxLength: 12 }),
			fc.integer({ min: 1, max: 5 }),
			async (given, pageSize) => {
				const service = `service-${next}`;
				const traces = given.map((each) => {
					next += 1;
					return { ...each, trace: next };
				});
				const spansOf = ({ trace, at, name, count }: (typeof traces)[number]): readonly TestSpan[] =>
					Array.from({ length: count }, (_, index) => ({ trace, span: index + 1, at: at + index, name, service }));
				await insertSpans(database, traces.flatMap(spansOf));
				const request = { timeRange: DAY, service, pageSize };
				const found: string[] = [];
				let continuationToken: string | undefined;
				do {
					const page = await searchTraces(database, SCOPE, {
						...request,
						...(continuationToken === undefined ? {} : { continuationToken }),
					});
					found.push(...page.traces.map(({ traceId }) => traceId));
					continuationToken = page.continuationToken;
					next += 1;
					// A new trace, and a later span of one that was there.
					const [old] = traces;
					await insertSpans(database, [
						{ trace: next, span: 1, at: 9_000, service },
						{ trace: old?.trace ?? 0, span: 50 + next, at: 9_000, service },
					]);
				} while (continuationToken !== undefined);
				const expected = traces.toSorted((one, other) => other.at - one.at || other.trace - one.trace);
				expect(found).toEqual(expected.map(({ trace }) => traceIdOf(trace)));
			},
		),
		{ numRuns: 15 },
	);
});
