import { afterAll, beforeAll, expect, it } from 'vitest';
import { TenantScope } from '../../src/tenancy/tenant-scope.ts';
import { searchTraces } from '../../src/traces/search-traces.ts';
import { traceById } from '../../src/traces/trace-by-id.ts';
import { eventAt, insertEvents } from '../metrics/pipeline-events.ts';
import { openTestDatabase } from '../open-test-database.ts';
import { DAY, insertSpans, spanIdOf, traceIdOf } from './span-rows.ts';

const SCOPE = TenantScope.of('default');
const LINEAGE = '01a1ff41-34fe-729d-aa78-9c48eda7b7bb';
const [WHOLE, LONG, REPLAY, BATCH, MIXED, OTHERS] = [1, 2, 3, 4, 5, 6];

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
	database = await openTestDatabase();
	await insertSpans(database, [
		{ trace: WHOLE, span: 3, parent: 1, name: 'beta.record.transform', service: 'beta', at: 40, ms: 50 },
		{ trace: WHOLE, span: 2, parent: 1, name: 'alpha.parser.parse', at: 1, ms: 9, status: 'Error' },
		{
			trace: WHOLE,
			span: 1,
			ms: 100,
			attributes: { 'pipeline.lineage_id': LINEAGE },
			links: [{ trace: BATCH, span: 1, type: 'batch' }],
		},
		{ trace: WHOLE, span: 5, parent: 99, name: 'gamma.delivery.deliver', at: 95, ms: 10 },
		{ trace: WHOLE, span: 4, parent: 3, name: 'beta.mapping.map', service: 'beta', at: 41, ms: 49 },
	]);
	await insertSpans(database, [{ trace: BATCH, span: 1, name: 'alpha.batch.ingest' }]);
	await insertSpans(database, [
		{ trace: REPLAY, span: 1, links: [{ trace: WHOLE, span: 1, type: 'replay_of' }], at: 5_000 },
	]);
	await insertSpans(database, [
		{ trace: MIXED, span: 1, resource: { 'pipeline.tenant': 't_a' } },
		{
			trace: MIXED,
			span: 2,
			parent: 1,
			attributes: { 'pipeline.tenant': 't_b' },
			resource: { 'pipeline.tenant': 't_a' },
		},
		{ trace: MIXED, span: 3, parent: 1, links: [{ trace: OTHERS, span: 1, type: 'caused_by' }] },
		{ trace: OTHERS, span: 1, attributes: { 'pipeline.tenant': 't_b' } },
	]);
	await insertSpans(
		database,
		Array.from({ length: 10_001 }, (_, span) => ({
			trace: LONG,
			span: span + 1,
			at: span,
			...(span === 0 ? {} : { parent: span }),
		})),
	);
	const edges = [WHOLE, REPLAY].map((trace) =>
		JSON.stringify({
			tenant_id: 'default',
			parent_id: 'source:file',
			child_id: `record:${trace}`,
			timestamp: '2026-11-20T10:00:00.000000Z',
			lineage_id: LINEAGE,
			trace_id: traceIdOf(trace),
		}),
	);
	await database.insert('lineage_edges', Buffer.from(edges.join('\n')), 'edges');
	await insertEvents(database, 'audit_events', [
		eventAt(5, {
			name: 'pipeline.alpha.adapter.audit.record_ingested',
			eventType: 'AUDIT',
			traceId: traceIdOf(REPLAY),
			dimensions: { 'pipeline.lineage_id': LINEAGE },
		}),
	]);
});
afterAll(() => database[Symbol.asyncDispose]());

it('gives a trace as a tree, with its times, services, errors, gaps and links', async () => {
	const trace = await traceById(database, SCOPE, traceIdOf(WHOLE));
	expect(trace).toMatchObject({
		traceId: traceIdOf(WHOLE),
		name: 'alpha.record.ingest',
		service: 'pipeline',
		startTime: '2026-11-20T10:00:00.000000000Z',
		durationMs: 105,
		spans: 5,
		errorSpans: 1,
		services: ['beta', 'pipeline'],
		isTruncated: false,
	});
	expect(trace?.trace.map(({ spanId, depth, isOrphan }) => [spanId, depth, isOrphan])).toEqual([
		[spanIdOf(1), 0, false],
		[spanIdOf(2), 1, false],
		[spanIdOf(3), 1, false],
		[spanIdOf(4), 2, false],
		[spanIdOf(5), 0, true],
	]);
	expect(trace?.trace[1]).toEqual({
		spanId: spanIdOf(2),
		parentSpanId: spanIdOf(1),
		name: 'alpha.parser.parse',
		kind: 'Internal',
		service: 'pipeline',
		startTime: '2026-11-20T10:00:00.001000000Z',
		durationMs: 9,
		status: 'ERROR',
		scope: '',
		attributes: {},
		resourceAttributes: {},
		events: [
			{ time: '2026-11-20T10:00:00.001000000Z', name: 'record.received', attributes: { 'pipeline.size_bytes': '12' } },
		],
		links: [],
		depth: 1,
		isOrphan: false,
	});
	expect(trace?.gaps).toEqual([
		{ startTime: '2026-11-20T10:00:00.010000000Z', durationMs: 31 },
		{ startTime: '2026-11-20T10:00:00.090000000Z', durationMs: 5 },
	]);
	expect(trace?.linked).toEqual([
		{
			traceId: traceIdOf(BATCH),
			reasons: [{ kind: 'link', type: 'batch', fromSpanId: spanIdOf(1), toSpanId: spanIdOf(1) }],
			summary: expect.objectContaining({ name: 'alpha.batch.ingest', spans: 1 }),
		},
		{
			traceId: traceIdOf(REPLAY),
			reasons: [{ kind: 'lineage', lineageId: LINEAGE }],
			summary: expect.objectContaining({ spans: 1 }),
		},
	]);
});

it('learns the lineage from audit where no span names it', async () => {
	const replay = await traceById(database, SCOPE, traceIdOf(REPLAY));
	expect(replay?.linked).toMatchObject([
		{ traceId: traceIdOf(WHOLE), reasons: [{ type: 'replay_of' }, { kind: 'lineage', lineageId: LINEAGE }] },
	]);
});

it('gives the spans of linked traces when asked, no more in all than may be', async () => {
	const all = await traceById(database, SCOPE, traceIdOf(WHOLE), { withLinkedSpans: true });
	expect(all?.linked.map(({ trace }) => trace?.trace.length)).toEqual([1, 1]);
	const one = await traceById(database, SCOPE, traceIdOf(WHOLE), { withLinkedSpans: true, maxSpans: 1 });
	expect(one?.linked.map(({ trace }) => trace?.trace.length)).toEqual([1, undefined]);
});

it('cuts after 10,000 spans and says so, and takes a chain of them', async () => {
	const trace = await traceById(database, SCOPE, traceIdOf(LONG));
	expect(trace).toMatchObject({ isTruncated: true, spans: 10_001, durationMs: 10_001 });
	expect(trace?.trace).toHaveLength(10_000);
	expect(trace?.trace.at(-1)).toMatchObject({ spanId: spanIdOf(10_000), depth: 9_999 });
	const whole = await traceById(database, SCOPE, traceIdOf(WHOLE), { maxSpans: 5 });
	expect(whole?.isTruncated).toBe(false);
	expect((await traceById(database, SCOPE, traceIdOf(WHOLE), { maxSpans: 4 }))?.isTruncated).toBe(true);
	for (const maxSpans of [0, 10_001, 1.5, Number.NaN]) {
		await expect(traceById(database, SCOPE, traceIdOf(WHOLE), { maxSpans })).rejects.toMatchObject({
			code: 'QUERY_INVALID',
		});
	}
});

it('says the same of a trace that is cut, of one that is not, and of one that is searched for', async () => {
	const { traces } = await searchTraces(database, SCOPE, { timeRange: DAY });
	const summary = traces.find(({ traceId }) => traceId === traceIdOf(WHOLE));
	expect(summary).toMatchObject({ spans: 5, errorSpans: 1 });
	for (const maxSpans of [2, 5]) {
		expect(await traceById(database, SCOPE, traceIdOf(WHOLE), { maxSpans })).toMatchObject({ ...summary });
	}
});

it('shows each tenant its own spans only', async () => {
	const spansOf = async (scope: TenantScope, trace: number) =>
		(await traceById(database, scope, traceIdOf(trace)))?.trace.map(({ spanId }) => spanId);
	expect(await spansOf(TenantScope.of('t_a'), MIXED)).toEqual([spanIdOf(1)]);
	expect(await spansOf(TenantScope.of('t_b'), MIXED)).toEqual([spanIdOf(2)]);
	expect(await spansOf(SCOPE, MIXED)).toEqual([spanIdOf(3)]);
	expect(await spansOf(TenantScope.of('t_c'), MIXED)).toBeUndefined();
	expect(await spansOf(TenantScope.operator('test'), MIXED)).toHaveLength(3);
	const seen = await traceById(database, SCOPE, traceIdOf(MIXED), { withLinkedSpans: true });
	expect(seen).toMatchObject({ spans: 1 });
	expect(seen?.linked).toEqual([
		{
			traceId: traceIdOf(OTHERS),
			reasons: [{ kind: 'link', type: 'caused_by', fromSpanId: spanIdOf(3), toSpanId: spanIdOf(1) }],
		},
	]);
});

it('knows what is no trace id, and what is not there', async () => {
	expect(await traceById(database, SCOPE, 'f'.repeat(32))).toBeUndefined();
	for (const id of ['', 'f'.repeat(31), 'F'.repeat(32), `${'f'.repeat(31)}'`]) {
		await expect(traceById(database, SCOPE, id)).rejects.toMatchObject({ code: 'QUERY_INVALID' });
	}
});
