import {
	type AuditQueryAnswer,
	EXPORT_FORMATS,
	type ExportFormat,
	type FailedRecord,
	type LineageGraph,
	type Trace,
	type TracePage,
} from '@pipeline/telemetry-store';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RANGE, telemetryOf } from '../sample-telemetry.ts';
import { startTestObservatory, type TestObservatory } from '../test-observatory.ts';

const sample = telemetryOf('north');
let observatory: TestObservatory;
beforeAll(async () => {
	observatory = await startTestObservatory();
	await observatory.send(sample);
});
afterAll(() => observatory.stop());

const json = async <Answer = unknown>(path: string, body?: unknown): Promise<Answer> => {
	const answer = await observatory.ask(`/api/v1${path}`, body === undefined ? {} : { body });
	expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
	return (await answer.json()) as Answer;
};

it('answers who did what', async () => {
	const page = await json<AuditQueryAnswer>('/audit/query', { timeRange: RANGE, recordIds: [sample.failedRecord] });
	expect(page).toMatchObject({ totalCount: 3, totalIsEstimate: false, continuationToken: null });
	expect(page.entries.map(({ name }) => name.split('.').at(-1))).toEqual([
		'record_ingested',
		'transformation_failed',
		'completed',
	]);
	const first = await json<AuditQueryAnswer>('/audit/query', { timeRange: RANGE, pageSize: 3, order: 'DESC' });
	const second = await json<AuditQueryAnswer>('/audit/query', {
		timeRange: RANGE,
		pageSize: 3,
		order: 'DESC',
		continuationToken: first.continuationToken,
	});
	const seen = [...first.entries, ...second.entries].map(({ eventId }) => eventId);
	expect(seen).toEqual(
		sample.events
			.map(({ eventId }) => eventId)
			.toReversed()
			.slice(0, 6),
	);
});

it('answers where something came from and went', async () => {
	const graph = await json<LineageGraph>(`/lineage/record/${sample.deliveredRecord}`);
	const ids = graph.nodes.map(({ id }) => id);
	expect(ids).toEqual(expect.arrayContaining([`source:source-${sample.mark}`, `record:${sample.deliveredRecord}`]));
	expect(await json(`/lineages/${sample.lineageId}`)).toMatchObject({ recordId: sample.deliveredRecord });
	expect((await observatory.ask('/api/v1/lineages/none')).status).toBe(404);
});

it('gives lineage as a diagram and for other tools', async () => {
	const as = (format: string) => observatory.ask(`/api/v1/lineage/record/${sample.deliveredRecord}?format=${format}`);
	const diagram = await as('mermaid');
	expect(diagram.headers.get('content-type')).toBe('text/vnd.mermaid; charset=utf-8');
	expect(await diagram.text()).toMatch(/^(flowchart|graph) /m);
	const events = (await (await as('openlineage')).json()) as readonly object[];
	expect(events).not.toEqual([]);
	for (const event of events) expect(event).toMatchObject({ run: expect.any(Object), job: expect.any(Object) });
	expect(await json(`/lineage-check?${new URLSearchParams(RANGE)}`)).toMatchObject({
		isTruncated: false,
		findings: expect.any(Array),
	});
});

it('tells the story of a record, as data and as a page', async () => {
	const path = `/records/${sample.deliveredRecord}/journey`;
	expect(await json(path)).toMatchObject({
		recordId: sample.deliveredRecord,
		tenant: sample.tenant,
		outcome: 'DELIVERED',
	});
	const browser = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } };
	for (const answer of [
		await observatory.ask(`/api/v1${path}`, browser),
		await observatory.ask(`/api/v1${path}?format=html`),
	]) {
		expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
		expect(await answer.text()).toMatch(/^<!doctype html>/);
	}
	expect((await observatory.ask(`/api/v1/records/none/journey`, browser)).status).toBe(404);
});

it('answers with spans', async () => {
	const trace = await json<Trace>(`/traces/${sample.traceId}`);
	expect(trace).toMatchObject({ spans: 3, errorSpans: 1, isTruncated: false });
	expect(trace.trace.map(({ name, depth }) => [name, depth])).toEqual([
		['alpha.parser.parse', 0],
		['beta.mapping.map', 1],
		['gamma.delivery.deliver', 1],
	]);
	const page = await json<TracePage>(
		`/traces?${new URLSearchParams({ ...RANGE, status: 'ERROR', tag: `pipeline.note=${sample.mark}` })}`,
	);
	expect(page.traces).toMatchObject([{ traceId: sample.traceId }]);
	expect((await json<TracePage>(`/traces?${new URLSearchParams({ ...RANGE, minDurationMs: '1000' })}`)).traces).toEqual(
		[],
	);
	expect((await observatory.ask(`/api/v1/traces/${'0'.repeat(32)}`)).status).toBe(404);
});

it('answers what failed and why', async () => {
	const [failed, ...others] = await json<readonly FailedRecord[]>(`/records/failed?${new URLSearchParams(RANGE)}`);
	expect(others).toEqual([]);
	expect(failed).toMatchObject({
		recordId: sample.failedRecord,
		outcomes: ['DROPPED'],
		queues: ['MAPPING'],
		reasons: [{ error: 'MAP_001_MISSING_REQUIRED', rule: `rule-${sample.mark}` }],
	});
});

it('writes out what was found, in every format', async () => {
	const exported = async (format: string, query: Readonly<Record<string, string>> = {}) => {
		const answer = await observatory.ask(`/api/v1/audit/export?${new URLSearchParams({ ...RANGE, format, ...query })}`);
		expect([answer.status, answer.headers.get('content-type'), answer.headers.get('content-disposition')]).toEqual([
			200,
			EXPORT_FORMATS[format as ExportFormat].contentType,
			`attachment; filename="audit.${format === 'ocsf' ? 'ocsf.ndjson' : format}"`,
		]);
		return await answer.text();
	};
	expect(JSON.parse(await exported('json', { recordIds: sample.failedRecord }))).toHaveLength(3);
	expect((await exported('ndjson')).trimEnd().split('\n')).toHaveLength(sample.events.length);
	for (const format of ['csv', 'cef', 'ocsf']) expect(await exported(format)).toContain(sample.failedRecord);
	const wrong = await observatory.ask(`/api/v1/audit/export?${new URLSearchParams({ ...RANGE, format: 'pdf' })}`);
	expect([wrong.status, wrong.headers.get('content-type')]).toEqual([400, 'application/problem+json; charset=utf-8']);
});

it('proves that nothing was changed', async () => {
	expect(await json('/audit/verify')).toMatchObject({ isIntact: true, findings: [] });
	const [first] = sample.events;
	expect(await json(`/audit/${first?.eventId}/proof`)).toMatchObject({ event: { eventId: first?.eventId } });
	expect((await observatory.ask('/api/v1/audit/01a1ff27-8260-7000-8000-00000000ffff/proof')).status).toBe(404);
});

it('answers with numbers over time', async () => {
	const of = (query: Readonly<Record<string, string>>) => new URLSearchParams({ ...RANGE, ...query });
	const name = 'pipeline.alpha.parser.counter.records_parsed_total';
	expect(await json(`/metrics/series?${of({ name, step: 'raw', groupBy: 'source' })}`)).toMatchObject([
		{
			kind: 'sum',
			attributes: { source: `source-${sample.mark}` },
			points: [{ value: 1 }, { value: 5 }, { value: 9 }],
		},
	]);
	const events = await json<readonly { key: { module: string } }[]>(
		`/events/series?${of({ groupBy: 'module', step: '1h' })}`,
	);
	expect(events.map(({ key }) => key.module).toSorted()).toEqual(['ALPHA', 'BETA', 'GAMMA']);
	expect(await json(`/quality?${of({})}`)).toMatchObject({ isTruncated: false });
	expect(await json('/growth?days=1')).toMatchObject({
		tables: expect.arrayContaining([expect.objectContaining({ table: 'audit_events' })]),
	});
});

it('tells a spool what it may delete', async () => {
	expect(await json(`/producers/${sample.producerId}/watermark`)).toEqual({ durableSeq: sample.events.length });
	expect(await json('/producers/nobody/watermark')).toEqual({ durableSeq: 0 });
	expect(await json('/producers')).toMatchObject([{ producerId: sample.producerId, durableSeq: sample.events.length }]);
});

it('audits every read, with who asked and what for', async () => {
	const before = new Date().toISOString();
	await json(`/traces/${sample.traceId}`);
	const later = new Date(Date.now() + 60_000).toISOString();
	// Reads of traces are written behind the answer; this one waits for both.
	await json(`/lineages/${sample.lineageId}`);
	const { entries } = await json<AuditQueryAnswer>('/audit/query', {
		timeRange: { from: before, to: later },
		resourceIds: [sample.traceId],
	});
	expect(entries).toMatchObject([
		{
			name: 'pipeline.telemetry.query.audit.audit_queried',
			dimensions: {
				'audit.actor_id': 'local',
				'audit.resource_id': sample.traceId,
				'audit.outcome': 'SUCCESS',
				'pipeline.count': '1',
				'pipeline.justification': 'local',
				'pipeline.filters': 'traceId',
			},
		},
	]);
});

it('says how it is', async () => {
	expect(await (await observatory.ask('/live')).json()).toEqual({ status: 'LIVE' });
	expect(await (await observatory.ask('/ready')).json()).toEqual({ status: 'READY' });
	expect(await (await observatory.ask('/health')).json()).toMatchObject({
		status: 'HEALTHY',
		checks: [
			{ component_name: 'store', status: 'HEALTHY' },
			{ component_name: 'ingest', status: 'HEALTHY' },
		],
	});
	const metrics = await observatory.ask('/metrics');
	expect(metrics.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
	const text = await metrics.text();
	expect(text).toContain('observatory_ingest_items_total{signal="logs"} 8\n');
	expect(text).toMatch(/observatory_requests_total\{route="GET \/api\/v1\/traces\/:traceId",status="200"\} \d/);
	for (const line of text.trimEnd().split('\n')) expect(line).toMatch(/^(# TYPE \w+ \w+|\w+(\{[^}]*\})? -?[\d.e+-]+)$/);
});
