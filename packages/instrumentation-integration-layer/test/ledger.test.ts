import * as layer from '@pipeline/integration-layer';
import {
	type AlphaBetaBatch,
	type Edge,
	JOURNAL,
	STAGE,
	stringValue,
	systemRuntime,
	type ValidatedRecord,
} from '@pipeline/model';
import { telemetry } from '@pipeline/telemetry-core';
import { span as beta } from '@pipeline/telemetry-core/beta';
import { enterRecord } from '@pipeline/telemetry-core/instrumentation';
import { integrationEntries } from '@pipeline/telemetry-core/registry';
import {
	assertRegistryNames,
	createTelemetryHarness,
	EmissionLedger,
	type EventView,
	type MetricPointView,
	type NotYet,
	type SpanView,
	type TelemetryHarness,
} from '@pipeline/telemetry-testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IntegrationLayerInstrumentation } from '../src/index.ts';

// No timer may matter where acknowledgments come.
const PATIENT = { ackTimeoutMs: 60_000, retryDelayMs: 1, maxRetries: 2 };
const IMPATIENT = { ackTimeoutMs: 20, circuitResetTimeoutMs: 5_000 };
const runtime = systemRuntime();

const NOT_YET: NotYet = {
	'delivery completes records, and tells it': [
		'metric pipeline.integration.flow.histogram.end_to_end_latency_seconds',
		'metric pipeline.integration.flow.histogram.stage_duration_seconds',
	],
	'the instrumentation of the module that replays or resumes tells it': [
		'span recovery.replay',
		'span recovery.resume',
	],
	'no module meets a record without any context outside a hand-over, where it is regenerated': ['span recovery.orphan'],
	'needs the counts of all modules: a store, or one process': [
		'metric pipeline.integration.flow.gauge.error_rate',
		'metric pipeline.integration.flow.gauge.throughput',
		'metric pipeline.integration.flow.gauge.unreconciled_records',
	],
	'needs the health of all modules: telemetry-health': [
		'metric pipeline.integration.health.gauge.component_status',
		'metric pipeline.integration.health.gauge.downstream_risk',
		'metric pipeline.integration.health.gauge.module_status',
		'metric pipeline.integration.health.gauge.overall_status',
		'metric pipeline.integration.health.gauge.time_to_threshold_seconds',
		'metric pipeline.integration.health.gauge.upstream_impact',
	],
	'needs modules epsilon and phi': [
		'metric pipeline.integration.cache_access.counter.requests_total',
		'metric pipeline.integration.job_control.counter.requests_total',
	],
	'failed batches go to the queues of the sending module': ['metric pipeline.integration.errors.gauge.queue_depth'],
	'a batch that arrives twice is answered again: nothing failed': [
		'event pipeline.integration.errors.log.int_beta_003',
	],
	'the layer raises a damaged batch under the code of its edge; modules may raise these two': [
		'event pipeline.integration.errors.log.int_data_001_corruption',
		'event pipeline.integration.errors.log.int_mod_002_circuit_open',
	],
	'the end of a transfer is raised as exhausted; the timeout is the metric and the status of the attempt': [
		'event pipeline.integration.errors.log.int_alpha_001',
		'event pipeline.integration.errors.log.int_beta_004',
	],
};

function batchOf(...names: string[]): AlphaBetaBatch {
	const records = names.map((name): ValidatedRecord => {
		const lineageId = runtime.uuid('lineage');
		return {
			recordId: runtime.uuid('record'),
			parsedRecordRef: name,
			fields: { name: stringValue(name) },
			validationTimestamp: runtime.timestamp(),
			validationDurationMs: 0,
			rulesEvaluated: 0,
			rulesPassed: 0,
			qualityScore: 1,
			qualityFlags: [],
			classification: 'INTERNAL',
			personalFields: [],
			lineageId,
			[JOURNAL]: 0,
			[STAGE]: 0,
		};
	});
	const validationSummary = {
		totalRecordsValidated: names.length,
		recordsPassed: names.length,
		recordsFailed: 0,
		averageQualityScore: 1,
	};
	return { batchId: runtime.uuid('batch'), correlationId: 'run', priority: 'NORMAL', records, validationSummary };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

async function until(condition: () => boolean): Promise<void> {
	while (!condition()) await turn();
}

interface Told {
	readonly spans: readonly SpanView[];
	readonly events: readonly EventView[];
	readonly metrics: readonly MetricPointView[];
}

describe('what the registry promises of the integration layer', () => {
	const ledger = new EmissionLedger(integrationEntries);
	let harness: TelemetryHarness;
	let instrumentation: IntegrationLayerInstrumentation;
	const layers: layer.IntegrationLayer[] = [];

	beforeEach(() => {
		harness = createTelemetryHarness();
		instrumentation = new IntegrationLayerInstrumentation();
		instrumentation.instrument(layer);
	});
	afterEach(async () => {
		for (const started of layers.splice(0)) await started.stop({ drainTimeoutMs: 0 });
		instrumentation.disable();
		await harness.shutdown();
	});
	/** The two ends of an edge on one transport that encodes. */
	function ends(
		edge: Edge,
		{ faults, config = {} }: { faults?: layer.FaultInjector; config?: Partial<layer.IntegrationConfig> } = {},
		handler: layer.TransferHandler = async ({ records }) => ({ recordsAccepted: records.length, recordsRejected: 0 }),
	) {
		const transports = layer.MemoryTransport.pair({ encodes: true, ...(faults === undefined ? {} : { faults }) });
		const sides = [0, 1].map(() => new layer.IntegrationLayer({ runtime, config: { ...PATIENT, ...config } }));
		layers.push(...sides);
		const [out, into] = sides as [layer.IntegrationLayer, layer.IntegrationLayer];
		const receiving = into.receiving(edge, transports[1], { handler });
		const sending = out.sending(edge, transports[0]);
		into.start();
		out.start();
		return { sending, receiving, transports };
	}

	async function told(): Promise<Told> {
		const all = { spans: harness.spans(), events: harness.events(), metrics: await harness.metrics() };
		assertRegistryNames(all);
		ledger.add(all);
		return all;
	}

	const errorsOf = (events: readonly EventView[]) =>
		events.map(({ name }) => /\.errors\.log\.(.+)/.exec(name)?.[1]).filter((code) => code !== undefined);
	const statusesOf = (spans: readonly SpanView[], name: string) =>
		spans.filter((span) => span.name === name).map(({ statusMessage }) => statusMessage);
	const points = (metrics: readonly MetricPointView[], name: string) =>
		metrics.filter((point) => point.name === name).map(({ attributes, value }) => ({ ...attributes, value }));

	it('is told of a transfer, and of records whose context is damaged', async () => {
		const { sending } = ends('ALPHA_BETA', {}, async ({ records }) => {
			for (const record of records) {
				Object.assign(record, { traceId: 'nonsense' });
				enterRecord(telemetry.tracer, beta['beta.record.process'], record, 'ALPHA_BETA', undefined);
			}
			return { recordsAccepted: records.length, recordsRejected: 0 };
		});
		const processed = new Promise<void>((resolve) => sending.sender.onProcessed(() => resolve()));
		await sending.sender.send(batchOf('a'));
		await processed;
		const { events } = await told();
		expect(events.filter(({ name }) => name.endsWith('context_malformed'))).toMatchObject([
			{ attributes: { 'pipeline.boundary': 'ALPHA_BETA' } },
		]);
	});

	it.each([
		['ALPHA_BETA', 'INT_ALPHA_001', 'int_alpha_002'],
		['BETA_GAMMA', 'INT_BETA_004', 'int_beta_005'],
	] as const)(
		'is told of a batch on %s that nobody acknowledges, by the codes of its edge',
		async (edge, code, error) => {
			const { sending } = ends(edge, {
				faults: (message) => ('records' in message ? [] : [message]),
				config: IMPATIENT,
			});
			await sending.sender.send(batchOf('a')).catch(() => undefined);
			const { spans, events, metrics } = await told();
			expect(statusesOf(spans, 'integration.transfer.send')).toEqual([code, code, code]);
			expect(errorsOf(events)).toEqual([error]);
			expect(points(metrics, 'pipeline.integration.errors.counter.retries_total')).toEqual([
				{ 'pipeline.edge': edge, 'pipeline.outcome': 'FAILURE', value: 2 },
			]);
			expect(points(metrics, 'pipeline.integration.ack.counter.timeouts_total')).toEqual([
				{ 'pipeline.edge': edge, value: 3 },
			]);
		},
	);

	it.each([
		['ALPHA_BETA', 'CHECKSUM', 'INT_BETA_001'],
		['ALPHA_BETA', 'COUNT', 'INT_BETA_002'],
		['BETA_GAMMA', 'CHECKSUM', 'INT_GAMMA_001'],
		['BETA_GAMMA', 'COUNT', 'INT_GAMMA_002'],
	] as const)('is told of a batch on %s that fails the %s once, and recovers', async (edge, check, code) => {
		let arrived = 0;
		const faults: layer.FaultInjector = (message) => {
			if (!('records' in message) || arrived++ > 0) return [message];
			const metadata = check === 'COUNT' ? { recordCount: 9 } : { checksum: '0'.repeat(64) };
			return [{ ...message, metadata: { ...message.metadata, ...metadata } }] as never;
		};
		const { sending } = ends(edge, { faults });
		await sending.sender.send(batchOf('a'));
		const { spans, events, metrics } = await told();
		expect(spans.find(({ name }) => name === 'integration.transfer.receive')).toMatchObject({
			statusMessage: code,
			events: [{ name: 'integrity.failed', attributes: { 'pipeline.check': check } }],
		});
		const [, second] = spans.filter(({ name }) => name === 'integration.transfer.send');
		expect(second?.events[0]).toMatchObject({ name: 'transfer.retry', attributes: { 'pipeline.attempt_number': 2 } });
		expect(errorsOf(events)).toEqual([code.toLowerCase()]);
		expect(points(metrics, 'pipeline.integration.errors.counter.retries_total')).toEqual([
			{ 'pipeline.edge': edge, 'pipeline.outcome': 'SUCCESS', value: 1 },
		]);
	});

	it('is told of a batch that arrives twice', async () => {
		const faults: layer.FaultInjector = (message) => ('records' in message ? [message, message] : [message]);
		const { sending } = ends('ALPHA_BETA', { faults });
		await sending.sender.send(batchOf('a'));
		await until(() => harness.spans().filter(({ name }) => name === 'integration.transfer.receive').length === 2);
		const { spans, events, metrics } = await told();
		const duplicates = spans.filter(({ attributes }) => attributes['pipeline.duplicate'] === true);
		expect(duplicates.map(({ status }) => status)).toEqual(['UNSET']);
		expect(errorsOf(events)).toEqual([]);
		expect(points(metrics, 'pipeline.integration.transfer.counter.integrity_failures_total')).toEqual([
			{ 'pipeline.edge': 'ALPHA_BETA', 'pipeline.check': 'DUPLICATE', value: 1 },
		]);
	});

	it('is told of a circuit that opens, tries and closes', async () => {
		let isDown = true;
		const faults: layer.FaultInjector = (message) => (isDown && 'records' in message ? [] : [message]);
		const config = { ...IMPATIENT, maxRetries: 5, circuitFailureThreshold: 2, circuitResetTimeoutMs: 20 };
		const { sending } = ends('ALPHA_BETA', { faults, config });
		sending.events.on('circuitChanged', ({ newState }) => {
			if (newState === 'HALF_OPEN') isDown = false;
		});
		await sending.sender.send(batchOf('a'));
		const { metrics } = await told();
		expect(
			points(metrics, 'pipeline.integration.circuit.counter.state_changes_total').map(
				(point) => (point as Record<string, unknown>)['pipeline.new_state'],
			),
		).toEqual(['OPEN', 'HALF_OPEN', 'CLOSED']);
	});

	it('is told of back-pressure', async () => {
		const { receiving } = ends('ALPHA_BETA');
		for (const depth of [90, 0]) await receiving.backPressure.signal(depth, 100, 1_000);
		const { metrics } = await told();
		expect(points(metrics, 'pipeline.integration.backpressure.gauge.active')).toEqual([
			{ 'pipeline.edge': 'ALPHA_BETA', value: 0 },
		]);
	});

	it('is told of confirmations, of health checks, and of the errors that modules raise', async () => {
		const { sending, receiving, transports } = ends('BETA_GAMMA');
		const confirmed = new Promise((resolve) => sending.events.once('confirmed', resolve));
		await receiving.confirmations.send({
			batchId: 'b',
			correlationId: 'c',
			deliveryResults: [
				{ recordId: 'r', destinationId: 'd', status: 'DELIVERED', deliveryTimestamp: runtime.timestamp() },
			],
		});
		await confirmed;
		await sending.health.ask('LIVENESS');
		for (const errorCode of ['INT_MOD_001_UNAVAILABLE', 'INT_999_UNKNOWN']) {
			const error = receiving.errors.create({
				errorCode,
				errorMessage: 's3cret-value',
				severity: 'ERROR',
				recoverability: 'TRANSIENT',
				scope: 'MODULE',
				correlationId: 'c',
			});
			await receiving.errors.propagate(error, 'THROTTLE');
		}
		await transports[1].close();
		for (let at = 0; at <= layer.MAX_UNSENT; at++)
			await receiving.confirmations.send({ batchId: `b-${at}`, correlationId: 'c', deliveryResults: [] });
		const { spans, events } = await told();
		expect(errorsOf(events)).toEqual(['int_mod_001_unavailable', 'int_999_unknown', 'int_gamma_003']);
		expect(JSON.stringify([spans, events])).not.toContain('s3cret-value');
	});

	// Last: it adds up what the scenarios above were told.
	it('was told, or has a reason', () => {
		expect(ledger.balance(NOT_YET)).toEqual({ missing: [], needless: [] });
	});
});
