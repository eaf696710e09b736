import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RuleConfig } from '@pipeline/alpha';
import * as alpha from '@pipeline/alpha';
import { type AlphaBetaBatch, type BatchSender, type RawRecord, systemRuntime, TransferError } from '@pipeline/model';
import {
	assertNoPayload,
	assertRegistryNames,
	byTrace,
	createTelemetryHarness,
	renderTree,
	type TelemetryHarness,
	traceFaults,
} from '@pipeline/telemetry-testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AlphaInstrumentation } from '../src/index.ts';

const RULES: readonly RuleConfig[] = [
	{ id: 'VR01', requiredFields: ['name'] },
	{ id: 'VR04', fieldConstraints: { age: { min: 0, max: 150 } }, severity: 'WARNING' },
	{ id: 'VR06', fieldEnums: { kind: ['a', 'b'] }, severity: 'CRITICAL' },
];

const accepting: BatchSender<AlphaBetaBatch> = {
	send: async ({ batchId }) => ({
		batchId,
		status: 'RECEIVED',
		recordsAccepted: 0,
		recordsRejected: 0,
		processingDurationMs: 0,
	}),
	onProcessed() {},
};

describe('AlphaInstrumentation', () => {
	let harness: TelemetryHarness;
	let instrumentation: AlphaInstrumentation;
	beforeEach(() => {
		harness = createTelemetryHarness({ detail: 'standard' });
		instrumentation = new AlphaInstrumentation();
		instrumentation.instrument(alpha);
	});
	afterEach(async () => {
		instrumentation.disable();
		await harness.shutdown();
	});

	async function run(lines: readonly string[], sender = accepting, config: Partial<alpha.AlphaConfig> = {}) {
		const file = join(mkdtempSync(join(tmpdir(), 'alpha-')), 'input.ndjson');
		writeFileSync(file, lines.join('\n'));
		const runtime = systemRuntime();
		const source = new alpha.FileSource({ name: 'test', inputs: [file], runtime, maxRecordSizeBytes: 1_024 });
		const module = new alpha.AlphaModule({ source, rules: RULES, sender, runtime, config });
		await module.start();
		const totals = await module.finished();
		const metrics = await harness.metrics();
		await module.stop();
		const [spans, events] = [harness.spans(), harness.events()];
		assertRegistryNames({ spans, events, metrics });
		return { totals, spans, events, metrics, module };
	}

	const recordSpans = (spans: ReturnType<TelemetryHarness['spans']>) =>
		spans.filter(({ name }) => /^alpha\.(record|parser|validation|buffer|handoff|error_queue)\./.test(name));

	it('patches every operation of the reference module that it has', () => {
		expect(instrumentation.report?.missing).toEqual([]);
	});

	it('gives a record that is handed over one connected trace', async () => {
		const { spans, events } = await run(['{"name":"x","kind":"a"}']);
		expect(renderTree(recordSpans(spans))).toBe(
			[
				'alpha.record.ingest',
				'  alpha.parser.parse',
				'  alpha.validation.validate',
				'  alpha.buffer.wait',
				'  alpha.handoff.send',
			].join('\n'),
		);
		expect(events.filter(({ name }) => name.includes('.audit.')).map(({ name }) => name)).toEqual([
			'pipeline.alpha.connection.audit.source_authenticated',
			'pipeline.alpha.connection.audit.source_connected',
			'pipeline.alpha.adapter.audit.record_ingested',
			'pipeline.alpha.connection.audit.source_disconnected',
		]);
	});

	it('puts the ids of the record on each of its spans, and links it to its batches', async () => {
		const { spans } = await run(['{"name":"x","kind":"a"}']);
		const ids = new Set(recordSpans(spans).map(({ attributes }) => attributes['pipeline.record_id']));
		expect(ids.size).toBe(1);
		const [ingest] = spans.filter(({ name }) => name === 'alpha.record.ingest');
		const [fetch] = spans.filter(
			({ name, attributes }) => name === 'alpha.adapter.fetch' && attributes['pipeline.returned'] === 1,
		);
		expect(ingest?.links).toEqual([{ type: 'batch', traceId: fetch?.traceId, spanId: fetch?.spanId }]);
		expect(ingest?.attributes).toMatchObject({
			'pipeline.validation_outcome': 'PASSED',
			'pipeline.alpha_outcome': 'HANDED_OFF',
			'pipeline.source_id': 'FILE:test',
		});
	});

	it('follows every kind of failure to its queue, and shows no value of any field', async () => {
		const secrets = ['s3cret-one', 's3cret-two', 's3cret-three'];
		const { spans, events, totals } = await run([
			'{"name":"s3cret-one"',
			'{"kind":"a","secret":"s3cret-two"}',
			'{"name":"n","kind":"s3cret-three"}',
			'{"name":"n","kind":"b","age":500}',
		]);
		expect(totals).toMatchObject({ ingested: 4, parseFailed: 1, rejected: 2, handedOff: 1 });
		const completed = events
			.filter(({ name }) => name === 'pipeline.alpha.trace.trace.completed')
			.map(({ attributes }) => attributes['pipeline.trace.outcome']);
		expect(completed).toEqual(['DROPPED', 'REJECTED', 'REJECTED']);
		expect(
			spans
				.filter(({ name }) => name === 'alpha.record.ingest')
				.map(({ status, statusMessage }) => [status, statusMessage]),
		).toEqual([
			['ERROR', 'PARSE_005_TRUNCATED'],
			['ERROR', 'VAL_002_REQUIRED_MISSING'],
			['ERROR', 'VAL_006_ENUM'],
			['UNSET', undefined],
		]);
		for (const trace of byTrace(recordSpans(spans)).values()) expect(traceFaults(trace)).toEqual([]);
		const audits = events
			.filter(({ name }) => /audit\.(parse_failed|validation_failed|record_ingested)$/.test(name))
			.map(({ name }) => name.split('.').at(-1));
		expect(audits).toEqual([
			'parse_failed',
			'validation_failed',
			'record_ingested',
			'validation_failed',
			'record_ingested',
			'validation_failed',
			'record_ingested',
		]);
		assertNoPayload({ spans, events }, secrets);
	});

	it('keeps the position of a failed record in its queue entry, and a replay points back to it', async () => {
		const { module } = await run(['{"kind":"a"}']);
		const [entry] = module.errorQueue.list();
		const [enqueue] = harness.spans().filter(({ name }) => name === 'alpha.error_queue.enqueue');
		const [ingest] = harness.spans().filter(({ name }) => name === 'alpha.record.ingest');
		expect(entry).toMatchObject({ traceId: enqueue?.traceId, spanId: ingest?.spanId });
		harness.clear();
		module.errorQueue.correct(
			entry?.entryId ?? '',
			{ fields: { name: { fieldType: 'STRING', stringValue: 'x', isNull: false } } },
			'operator-1',
			'typing error',
		);
		await module.replay(entry?.entryId ?? '', 'operator-1', 'fixed at the source');
		const spans = harness.spans().filter(({ name }) => !name.startsWith('alpha.batch'));
		expect(renderTree(spans)).toBe(
			['recovery.replay', '  alpha.validation.validate', '  alpha.buffer.wait', '  alpha.handoff.send'].join('\n'),
		);
		const replay = spans.find(({ name }) => name === 'recovery.replay');
		expect(replay).toMatchObject({
			links: [{ type: 'replay_of', traceId: ingest?.traceId, spanId: ingest?.spanId }],
			attributes: {
				'pipeline.queue': 'VALIDATION',
				'pipeline.replay_count': 1,
				'pipeline.record_id': entry?.recordId,
				'pipeline.lineage_id': entry?.lineageId,
			},
		});
		const [told] = harness.events().filter(({ name }) => name.endsWith('.entry_replayed'));
		expect(told).toMatchObject({
			traceId: replay?.traceId,
			attributes: { 'pipeline.entry_id': entry?.entryId, 'pipeline.record_id': entry?.recordId },
		});
	});

	it('begins a trace for each record that came of a raw one, and says which came of what', async () => {
		const runtime = systemRuntime();
		const file = join(mkdtempSync(join(tmpdir(), 'alpha-')), 'input.ndjson');
		writeFileSync(file, '[{"n":1},{"n":2}]');
		const source = new alpha.FileSource({ name: 'test', inputs: [file], runtime, maxRecordSizeBytes: 1_024 });
		await source.connect();
		const [raw] = await source.fetch(1);
		await source.disconnect();
		const options = { runtime, maxRecordSizeBytes: 1_024, encodingFallback: 'UTF-8', splitsArrays: true };
		const { records } = new alpha.RecordParser(options).parse(raw as RawRecord);
		const queue = new alpha.AlphaErrorQueue({ runtime });
		const failure = { queue: 'VALIDATION', errorCode: 'VAL_004_RANGE', errorMessage: '', retentionHours: 1 } as const;
		for (const item of records) queue.enqueue(queue.entryOf({ ...failure, item, recordId: item.recordId }));
		const [whole, ...parts] = harness.spans().filter(({ name }) => name === 'alpha.record.ingest');
		expect(parts.map(({ links }) => links)).toEqual(
			Array(2).fill([{ type: 'split_from', traceId: whole?.traceId, spanId: whole?.spanId }]),
		);
		expect(whole?.events.at(-1)).toMatchObject({ name: 'record.split', attributes: { 'pipeline.count': 2 } });
		const told = harness.events().filter(({ name }) => name === 'pipeline.alpha.parser.audit.record_split');
		expect(told.map(({ attributes }) => [attributes['pipeline.record_id'], attributes['pipeline.parent_ids']])).toEqual(
			records.map(({ recordId }) => [recordId, `${raw?.batchId}#0`]),
		);
	});

	it('points to the first failure and to the replay before, however often a raw record fails', async () => {
		const { module } = await run(['{']);
		const traceIds: (string | undefined)[] = [];
		for (let attempt = 0; attempt < 2; attempt++) {
			const [entry] = module.errorQueue.list();
			traceIds.push(entry?.traceId);
			await module.replay(entry?.entryId ?? '', 'operator-1', 'try again');
		}
		const replays = harness.spans().filter(({ name }) => name === 'recovery.replay');
		expect(replays.map(({ links }) => links.map(({ traceId }) => traceId))).toEqual([
			[traceIds[0]],
			[traceIds[0], traceIds[1]],
		]);
		expect(module.errorQueue.list()).toMatchObject([
			{ replayCount: 2, originTraceId: traceIds[0], replayTraceIds: replays.map(({ traceId }) => traceId) },
		]);
		const steps = harness.events().filter(({ name }) => /\.(?:parse_failed|entry_created|entry_replayed)$/.test(name));
		const ref = steps[0]?.attributes['pipeline.raw_record_ref'];
		expect(ref).toMatch(/#0$/);
		expect(
			steps.map(({ name, attributes }) => [name.split('.').at(-1), attributes['pipeline.raw_record_ref']]),
		).toEqual(
			[
				'parse_failed',
				'entry_created',
				...Array(2).fill(['entry_replayed', 'parse_failed', 'entry_created']).flat(),
			].map((name) => [name, ref]),
		);
		const inProgress = (await harness.metrics()).filter(({ name }) => name.endsWith('records_in_progress'));
		expect(inProgress.map(({ value }) => value)).toEqual([0]);
	});

	it('says which records a lost batch took along', async () => {
		const failing: BatchSender<AlphaBetaBatch> = {
			send: async ({ batchId }) => Promise.reject(new TransferError('INT_ALPHA_002', batchId, 6, 'gone')),
			onProcessed() {},
		};
		const { spans, totals } = await run(['{"name":"x","kind":"a"}'], failing);
		expect(totals).toMatchObject({ lost: 1 });
		expect(
			spans.filter(({ name, status }) => status === 'ERROR' && name.startsWith('alpha.')).map(({ name }) => name),
		).toEqual(['alpha.handoff.send', 'alpha.record.ingest']);
	});

	it('counts exactly, sampled or not', async () => {
		const { metrics } = await run(['{"name":"x","kind":"a"}', '{"name":"y","kind":"b"}', '{']);
		const value = (name: string) =>
			metrics.filter((point) => point.name === name).reduce((sum, point) => sum + (point.count ?? point.value), 0);
		expect({
			fetched: value('pipeline.alpha.adapter.counter.records_fetched_total'),
			parsed: value('pipeline.alpha.parser.counter.records_parsed_total'),
			durations: value('pipeline.alpha.parser.histogram.parse_duration_seconds'),
			inProgress: value('pipeline.alpha.adapter.updowncounter.records_in_progress'),
			queued: value('pipeline.alpha.error_queue.counter.entries_total'),
		}).toEqual({ fetched: 3, parsed: 3, durations: 3, inProgress: 0, queued: 1 });
	});
});
