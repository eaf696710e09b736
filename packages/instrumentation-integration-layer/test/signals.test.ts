import { setImmediate as turn } from 'node:timers/promises';
import type { FaultInjector, IntegrationConfig } from '@pipeline/integration-layer';
import * as layer from '@pipeline/integration-layer';
import { type BatchTransfer, systemRuntime } from '@pipeline/model';
import {
	assertRegistryNames,
	createTelemetryHarness,
	type MetricPointView,
	type TelemetryHarness,
} from '@pipeline/telemetry-testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IntegrationLayerInstrumentation } from '../src/index.ts';

const runtime = systemRuntime();
const isBatch = (message: object) => 'records' in message;

function emptyBatch() {
	const validationSummary = {
		totalRecordsValidated: 0,
		recordsPassed: 0,
		recordsFailed: 0,
		averageQualityScore: 1,
	};
	const batchId = runtime.uuid('batch');
	return { batchId, correlationId: 'run', priority: 'NORMAL', records: [], validationSummary } as const;
}

describe('signals of IntegrationLayerInstrumentation', () => {
	let harness: TelemetryHarness;
	let instrumentation: IntegrationLayerInstrumentation;
	const ends: layer.IntegrationLayer[] = [];
	beforeEach(() => {
		harness = createTelemetryHarness();
		instrumentation = new IntegrationLayerInstrumentation();
		instrumentation.instrument(layer);
	});
	afterEach(async () => {
		for (const end of ends.splice(0)) await end.stop({ drainTimeoutMs: 0 });
		instrumentation.disable();
		await harness.shutdown();
	});

	/** Both ends of an edge, started. */
	function connect(config: Partial<IntegrationConfig> = {}, faults?: FaultInjector) {
		const [out, into] = layer.MemoryTransport.pair(faults === undefined ? {} : { faults });
		const sending = new layer.IntegrationLayer({ runtime, config });
		const receiving = new layer.IntegrationLayer({
			runtime,
			config,
			components: async () => [{ componentName: 'queue', status: 'DEGRADED', message: '', lastCheck: '' }],
		});
		const received: BatchTransfer[] = [];
		const to = receiving.receiving('ALPHA_BETA', into, {
			handler: async (transfer) => {
				received.push(transfer);
				return { recordsAccepted: 0, recordsRejected: 0 };
			},
		});
		const from = sending.sending('ALPHA_BETA', out);
		ends.push(sending, receiving);
		for (const end of [sending, receiving]) end.start();
		return { from, to, received, sending, receiving };
	}

	const detailsOf = (name: string) =>
		harness
			.events()
			.filter((event) => event.name === `pipeline.integration.${name}`)
			.map(({ attributes }) => attributes);

	/** Values by name and attribute values; the time that something took is left out. */
	async function metricsOf(component: string): Promise<Record<string, number>> {
		const metrics = await harness.metrics();
		assertRegistryNames({ spans: harness.spans(), events: harness.events(), metrics });
		const keyOf = ({ name, attributes }: MetricPointView) =>
			[name.split('.').at(-1), ...Object.values(attributes)].join(' ');
		const own = metrics.filter(({ name }) => name.startsWith(`pipeline.integration.${component}.`));
		return Object.fromEntries(own.map((point) => [keyOf(point), point.count ?? point.value]));
	}

	it('tell of back-pressure once, where it is asked for, with depth and delay', async () => {
		const { to } = connect();
		await to.backPressure.signal(90, 100, 1_000);
		expect(await metricsOf('backpressure')).toMatchObject({ 'active ALPHA_BETA': 1 });
		await to.backPressure.signal(10, 100, 1_000);
		await turn();
		expect(detailsOf('backpressure.log.activated')).toMatchObject([
			{
				'pipeline.edge': 'ALPHA_BETA',
				'pipeline.queue_depth': '90',
				'pipeline.queue_capacity': '100',
				'pipeline.utilization': '0.9',
				'pipeline.recommended_delay_ms': expect.stringMatching(/^\d+$/),
			},
		]);
		expect(detailsOf('backpressure.log.deactivated')).toHaveLength(1);
		expect(await metricsOf('backpressure')).toEqual({
			'active ALPHA_BETA': 0,
			'signals_total ALPHA_BETA ACTIVATE': 1,
			'signals_total ALPHA_BETA DEACTIVATE': 1,
			'recommended_delay_seconds ALPHA_BETA': 0,
			'active_duration_seconds ALPHA_BETA': 1,
		});
	});

	it('tell of each attempt, of missing acknowledgments and of a circuit that opens and closes', async () => {
		let isDown = true;
		const { from } = connect(
			{ ackTimeoutMs: 500, retryDelayMs: 1, maxRetries: 5, circuitFailureThreshold: 2, circuitResetTimeoutMs: 20 },
			(message) => (isDown && isBatch(message) ? [] : [message]),
		);
		from.events.on('circuitChanged', ({ newState }) => {
			if (newState === 'HALF_OPEN') isDown = false;
		});
		const { batchId } = await from.sender.send(emptyBatch());
		expect(['opened', 'half_opened', 'closed'].map((name) => detailsOf(`circuit.log.circuit_${name}`).length)).toEqual([
			1, 1, 1,
		]);
		expect(detailsOf('circuit.audit.state_changed').map((details) => details['pipeline.new_state'])).toEqual([
			'OPEN',
			'HALF_OPEN',
			'CLOSED',
		]);
		expect(await metricsOf('circuit')).toMatchObject({
			'circuit_breaker_state alpha:transfer:beta': 0,
			'circuit_breaker_trips_total alpha:transfer:beta': 1,
		});
		expect(detailsOf('transfer.audit.batch_transferred')).toMatchObject([
			{
				'pipeline.ack_status': 'ACKED',
				'pipeline.attempts': '3',
				'audit.resource_id': batchId,
				'audit.outcome': 'SUCCESS',
			},
		]);
		const attempts = harness.spans().filter(({ name }) => name === 'integration.transfer.send');
		expect(attempts.map(({ status }) => status)).toEqual(['ERROR', 'ERROR', 'UNSET']);
		expect(attempts[2]?.links).toEqual([
			{ type: 'previous_attempt', traceId: attempts[1]?.traceId, spanId: attempts[1]?.spanId },
		]);
		const transfer = await metricsOf('transfer');
		expect(transfer).toMatchObject({
			'batches_transferred_total ALPHA_BETA ACKED': 1,
			'batches_in_flight ALPHA_BETA': 0,
		});
		const told = { ...transfer, ...(await metricsOf('ack')), ...(await metricsOf('errors')) };
		expect(told['ack_timeouts_total ALPHA_BETA'] ?? told['timeouts_total ALPHA_BETA']).toBe(2);
	});

	it('tell of a batch that was never taken', async () => {
		const { from } = connect({ ackTimeoutMs: 5, retryDelayMs: 1, maxRetries: 1 }, (message) =>
			isBatch(message) ? [] : [message],
		);
		await expect(from.sender.send(emptyBatch())).rejects.toThrow();
		expect(detailsOf('transfer.audit.batch_transferred')).toMatchObject([
			{ 'pipeline.ack_status': 'EXHAUSTED', 'pipeline.attempts': '2', 'audit.outcome': 'FAILURE' },
		]);
	});

	it('tell of a batch that was damaged on its way, with both checksums, but not of one that came twice', async () => {
		const damage: FaultInjector = (message) =>
			isBatch(message)
				? [
						{
							...message,
							metadata: { ...(message as BatchTransfer).metadata, checksum: 'f'.repeat(64) },
						} as typeof message,
					]
				: [message];
		const { from } = connect({ retryDelayMs: 1, maxRetries: 1 }, damage);
		expect(await from.sender.send(emptyBatch()).catch(({ code }) => code)).toMatchObject({ status: 'REJECTED' });
		const [corruption] = detailsOf('errors.audit.data_corruption');
		expect(corruption).toMatchObject({
			'pipeline.expected_checksum': 'f'.repeat(64),
			'pipeline.actual_checksum': expect.stringMatching(/^[0-9a-f]{64}$/),
			'audit.outcome': 'FAILURE',
		});
		const doubled = connect({}, (message) => (isBatch(message) ? [message, message] : [message]));
		await doubled.from.sender.send(emptyBatch());
		await turn();
		expect(doubled.received).toHaveLength(1);
		expect(detailsOf('errors.audit.data_corruption').length).toBeLessThan(3);
		const transfer = await metricsOf('transfer');
		expect(transfer['integrity_failures_total ALPHA_BETA DUPLICATE']).toBe(1);
		expect(harness.spans().filter(({ statusMessage }) => statusMessage === 'INT_BETA_001').length).toBeGreaterThan(0);
	});

	it('tell of errors between modules under the work that they belong to', async () => {
		const { to } = connect();
		const error = to.errors.create({
			errorCode: 'INT_DATA_001_CORRUPTION',
			errorMessage: 's3cret-value',
			severity: 'CRITICAL',
			recoverability: 'PERMANENT',
			scope: 'PIPELINE',
			correlationId: 'run-1',
			context: { batchId: 'b' },
		});
		await to.errors.propagate(error, 'HALT');
		const span = harness.spans().find(({ name }) => name === 'integration.error.propagate');
		expect(span?.attributes).toMatchObject({
			'pipeline.error_id': error.errorId,
			'pipeline.severity': 'CRITICAL',
			'pipeline.recoverability': 'PERMANENT',
			'pipeline.error_scope': 'PIPELINE',
			'pipeline.action_required': 'HALT',
		});
		const logged = harness.events().filter(({ attributes }) => attributes['pipeline.error_id'] === error.errorId);
		expect(logged).toHaveLength(1);
		expect(JSON.stringify([harness.spans(), harness.events()])).not.toContain('s3cret-value');
		expect(await metricsOf('errors')).toMatchObject({
			'errors_total BETA CRITICAL PERMANENT PIPELINE': 1,
			'notifications_total HALT': 1,
		});
	});

	it('tell of health checks and what they said', async () => {
		const { from } = connect();
		await from.health.ask('DETAILED');
		const span = harness.spans().find(({ name }) => name === 'integration.health.check');
		expect(span).toMatchObject({
			parentSpanId: undefined,
			attributes: { 'pipeline.check_type': 'DETAILED', 'pipeline.status': 'DEGRADED' },
		});
	});
});
