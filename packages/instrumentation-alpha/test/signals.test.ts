import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RuleConfig } from '@pipeline/alpha';
import * as alpha from '@pipeline/alpha';
import { type AlphaBetaBatch, type BatchSender, systemRuntime } from '@pipeline/model';
import {
	assertNoPayload,
	assertRegistryNames,
	createTelemetryHarness,
	type MetricPointView,
	type TelemetryHarness,
} from '@pipeline/telemetry-testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AlphaInstrumentation } from '../src/index.ts';

/** Answers when it is told to. */
class SlowSender implements BatchSender<AlphaBetaBatch> {
	readonly #waiting: (() => void)[] = [];

	async send({ batchId }: AlphaBetaBatch) {
		await new Promise<void>((resolve) => this.#waiting.push(resolve));
		return { batchId, status: 'RECEIVED', recordsAccepted: 0, recordsRejected: 0, processingDurationMs: 0 } as const;
	}

	onProcessed(): void {}

	answer(): void {
		for (const resolve of this.#waiting.splice(0)) resolve();
	}
}

describe('signals of AlphaInstrumentation', () => {
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

	function moduleOf(lines: readonly string[], more: Partial<alpha.AlphaModuleOptions> = {}) {
		const file = join(mkdtempSync(join(tmpdir(), 'alpha-')), 'input.ndjson');
		writeFileSync(file, lines.join('\n'));
		const runtime = systemRuntime();
		const sender = new SlowSender();
		const source = new alpha.FileSource({ name: 'test', inputs: [file], runtime, maxRecordSizeBytes: 1_024 });
		const module = new alpha.AlphaModule({ source, rules: [], sender, runtime, ...more });
		return { module, sender };
	}

	/** Reads the source to its end. `observe` collects the metrics of the running module. */
	async function run(lines: readonly string[], more: Partial<alpha.AlphaModuleOptions> = {}) {
		const { module, sender } = moduleOf(lines, more);
		const answering = setInterval(() => sender.answer(), 1);
		await module.start();
		await module.finished();
		const metrics = await harness.metrics();
		await module.stop();
		clearInterval(answering);
		assertRegistryNames({ spans: harness.spans(), events: harness.events(), metrics });
		return { module, metrics };
	}

	const told = (name: string) => harness.events().filter((event) => event.name === `pipeline.alpha.${name}`);
	const detailsOf = (name: string) => told(name).map(({ attributes }) => attributes);
	const value = (metrics: readonly MetricPointView[], name: string) =>
		metrics
			.filter((point) => point.name === `pipeline.alpha.${name}`)
			.reduce((sum, point) => sum + (point.count ?? point.value), 0);
	const rows = (count: number) => Array.from({ length: count }, (_, at) => `{"n":${at}}`);

	it('tells of back-pressure with depth, duration and the sources that it holds back', async () => {
		const { module, metrics } = await run(rows(400), {
			config: { defaultBatchSize: 20, bufferCapacity: 100, maxBatchesInFlight: 4 },
		});
		expect(module.totals.handedOff).toBe(400);
		const audited = detailsOf('buffer.audit.backpressure');
		expect(audited[0]).toMatchObject({
			'pipeline.queue_depth': expect.stringMatching(/^[1-9]/),
			'pipeline.utilization': expect.stringMatching(/^0\.[89]|^1/),
			'pipeline.duration_ms': '0',
			'audit.resource_id': 'alpha.buffer',
		});
		expect(audited.map((details) => details['pipeline.affected_sources'])).toEqual(audited.map(() => 'FILE:test'));
		const [activated, deactivated] = [
			told('buffer.log.backpressure_activated'),
			told('buffer.log.backpressure_deactivated'),
		];
		expect(activated.length).toBeGreaterThan(0);
		expect([audited.length, deactivated.length]).toEqual([activated.length * 2, activated.length]);
		expect(Number(deactivated[0]?.attributes['pipeline.duration_ms'])).toBeGreaterThanOrEqual(0);
		expect(value(metrics, 'buffer.histogram.backpressure_duration_seconds')).toBe(deactivated.length);
		expect(value(metrics, 'buffer.counter.backpressure_events_total')).toBeGreaterThanOrEqual(audited.length);
	});

	it('tells of an overflow with its depth', async () => {
		const { module } = moduleOf(rows(3));
		await module.start();
		module.events.emit('bufferFull', { depth: 100, capacity: 100 });
		const metrics = await harness.metrics();
		expect(detailsOf('buffer.audit.overflow')).toMatchObject([
			{ 'pipeline.queue_depth': '100', 'pipeline.utilization': '1', 'audit.resource_id': 'alpha.buffer' },
		]);
		expect(value(metrics, 'buffer.counter.overflow_events_total')).toBe(1);
	});

	it('reads the depths and states of a running module', async () => {
		const { module } = moduleOf(rows(3));
		await module.start();
		const metrics = await harness.metrics();
		const read = (name: string) =>
			metrics.filter((point) => point.name === `pipeline.alpha.${name}`).map((point) => point.value);
		expect({
			capacity: read('buffer.gauge.capacity'),
			high: read('buffer.gauge.high_watermark_ratio'),
			low: read('buffer.gauge.low_watermark_ratio'),
			active: read('buffer.gauge.backpressure_active'),
			degradation: read('resource.gauge.degradation_level'),
			connected: read('connection.gauge.status'),
			circuit: read('connection.gauge.circuit_breaker_state'),
			queues: read('error_queue.gauge.size'),
		}).toEqual({
			capacity: [module.buffer.capacity],
			high: [module.buffer.highWatermark],
			low: [module.buffer.lowWatermark],
			active: [0],
			degradation: [module.degradationLevel],
			connected: [1],
			circuit: [0],
			queues: [0, 0, 0],
		});
	});

	it('tells when a source was entered, authenticated and left, and how long each took', async () => {
		await run(['{"n":1}']);
		for (const name of ['source_connected', 'source_authenticated', 'source_disconnected']) {
			expect(detailsOf(`connection.audit.${name}`)).toMatchObject([
				{
					'pipeline.source_id': 'FILE:test',
					'pipeline.auth_method': 'NONE',
					'pipeline.tls_version': 'NONE',
					'pipeline.duration_ms': expect.stringMatching(/^\d+$/),
					'audit.resource_id': 'FILE:test',
					'audit.outcome': 'SUCCESS',
				},
			]);
		}
	});

	it('tells that a source could not be entered', async () => {
		const runtime = systemRuntime();
		const source = new alpha.FileSource({ name: 'gone', inputs: ['/nowhere/x'], runtime, maxRecordSizeBytes: 1_024 });
		const { module } = moduleOf([], { source, config: { maxRetryCount: 1 } });
		await expect(module.start()).rejects.toThrow();
		const failed = detailsOf('connection.audit.source_connected');
		expect(failed.length).toBeGreaterThan(0);
		expect(failed[0]).toMatchObject({ 'pipeline.source_id': 'FILE:gone', 'audit.outcome': 'FAILURE' });
		expect(harness.spans().find(({ name }) => name === 'alpha.connection.connect')).toMatchObject({
			status: 'ERROR',
			statusMessage: 'CONN_001_NETWORK',
		});
	});

	it('tells of every change of a circuit and of degradation', async () => {
		const { module } = moduleOf(rows(1));
		await module.start();
		const change = { circuitId: 'alpha:source:FILE:test', failureCount: 5, openMs: 0 };
		const states = ['CLOSED', 'OPEN', 'HALF_OPEN', 'CLOSED'] as const;
		for (const [at, newState] of states.slice(1).entries())
			module.events.emit('circuitChanged', { ...change, previousState: states[at] ?? 'CLOSED', newState });
		for (const level of [3, 0]) module.events.emit('degradationChanged', { level, errorCode: 'RES_001_MEMORY' });
		module.events.emit('connectionRetried', {
			sourceId: 'FILE:test',
			attemptNumber: 1,
			delayMs: 50,
		});
		const metrics = await harness.metrics();
		expect(
			['opened', 'half_opened', 'closed'].map((name) => detailsOf(`connection.log.circuit_${name}`)),
		).toMatchObject([
			[{ 'pipeline.previous_state': 'CLOSED', 'pipeline.new_state': 'OPEN' }],
			[{ 'pipeline.previous_state': 'OPEN', 'pipeline.new_state': 'HALF_OPEN' }],
			[{ 'pipeline.previous_state': 'HALF_OPEN', 'pipeline.new_state': 'CLOSED' }],
		]);
		expect(detailsOf('errors.log.escalation_changed').map((details) => details['pipeline.to'])).toEqual(['3', '0']);
		expect({
			trips: value(metrics, 'connection.counter.circuit_breaker_trips_total'),
			delays: value(metrics, 'connection.histogram.retry_delay_seconds'),
		}).toEqual({ trips: 1, delays: 1 });
	});

	it('tells which rule a record broke and the values, masked where they are personal', async () => {
		const rules: readonly RuleConfig[] = [{ id: 'VR04', fieldConstraints: { age: { min: 0, max: 150 } } }];
		const file = join(mkdtempSync(join(tmpdir(), 'alpha-')), 'input.ndjson');
		writeFileSync(file, '{"age":987654}');
		const runtime = systemRuntime();
		const source = Object.assign(
			new alpha.FileSource({ name: 'test', inputs: [file], runtime, maxRecordSizeBytes: 1_024 }),
			{ personalFields: ['age'] },
		);
		await run([], { rules, source });
		const [failure] = detailsOf('validation.audit.validation_failed');
		expect(failure).toMatchObject({
			'pipeline.rule_id': 'VR04',
			'pipeline.field_name': 'age',
			'pipeline.expected': expect.any(String),
			'pipeline.actual': expect.any(String),
			'audit.outcome': 'FAILURE',
		});
		assertNoPayload({ spans: harness.spans(), events: harness.events() }, ['987654']);
	});

	it('tells of a record whose quality is too low, with its score, and where it was put', async () => {
		const rules: readonly RuleConfig[] = [
			{ id: 'VR01', requiredFields: ['name'], severity: 'WARNING', weight: 10 },
			{ id: 'VR04', fieldConstraints: { age: { min: 0, max: 150 } } },
		];
		const { module, metrics } = await run(['{"age":5}'], { rules, config: { qualityQuarantineThreshold: 0.9 } });
		expect(module.totals.quarantined).toBe(1);
		expect(value(metrics, 'validation.counter.records_quarantined_total')).toBe(1);
		const [ended] = detailsOf('trace.trace.completed');
		expect(ended?.['pipeline.trace.outcome']).toBe('QUARANTINED');
		expect(Number(detailsOf('adapter.audit.record_ingested')[0]?.['pipeline.quality_score'])).toBeLessThan(0.9);
		expect(module.errorQueue.list()).toMatchObject([{ errorCode: 'VAL_014_QUALITY', traceId: expect.any(String) }]);
	});

	it('tells once what operators and time do to queued records, however often the module is started', async () => {
		const { module, metrics: before } = await run(['{', '[', '"']);
		expect(value(before, 'error_queue.counter.entries_total')).toBe(3);
		const [first, second] = module.errorQueue.list();
		await module.start().catch(() => undefined);
		module.errorQueue.correct(first?.entryId ?? '', { contentType: 'application/json' }, 'operator-1', 'typing error');
		module.errorQueue.replay(first?.entryId ?? '', 'operator-1', 'fixed');
		module.errorQueue.expire(Number.MAX_SAFE_INTEGER);
		const metrics = await harness.metrics();
		expect(detailsOf('error_queue.audit.entry_corrected')).toMatchObject([
			{
				'pipeline.entry_id': first?.entryId,
				'pipeline.justification': 'typing error',
				'audit.actor_type': 'USER',
				'audit.actor_id': 'operator-1',
			},
		]);
		expect(detailsOf('error_queue.audit.entry_replayed')).toHaveLength(1);
		expect(detailsOf('error_queue.audit.entry_expired')).toMatchObject([
			{ 'pipeline.entry_id': second?.entryId, 'audit.actor_type': 'SYSTEM' },
			{ 'audit.actor_id': 'system' },
		]);
		expect(value(metrics, 'error_queue.counter.removals_total')).toBe(3);
	});
});
