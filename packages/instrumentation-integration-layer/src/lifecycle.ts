import { telemetry } from '@pipeline/telemetry-core';
import { fidelityRatio, type Gauge, moduleLifecycle, type Patch, read } from '@pipeline/telemetry-core/instrumentation';
import { attribute, error, event, metric, spanEvent } from '@pipeline/telemetry-core/integration';
import type { ErrorFacts, IntegrationBinding } from './binding.ts';
import { codesOf } from './codes.ts';
import { errors, metrics } from './metrics.ts';
import type { RetryPlan, TransferState } from './transfer-state.ts';
import type { VerdictCourier } from './verdicts.ts';

const CIRCUIT_STATES: Readonly<Record<string, number>> = { CLOSED: 0, HALF_OPEN: 1, OPEN: 2 };

/** A running layer: its circuits at each collection, its notifications as they come. */
export function lifecycle(binding: IntegrationBinding, state: TransferState, courier: VerdictCourier): Patch[] {
	const activeEdges = new Map<string, number>();
	return moduleLifecycle({
		start: binding.start,
		stop: binding.stop,
		events: binding.events === undefined ? undefined : (layer: unknown) => read(binding.events, layer),
		stopped: () => courier.sayAll(),
		gauges: gaugesOf(binding, activeEdges),
		listeners: {
			transferStarted({ edge, recordCount }: { readonly edge: string; readonly recordCount: number }) {
				metrics.batchesInFlight.of(edge).add(1);
				metrics.batchRecords.of(edge).record(recordCount);
			},
			transferResolved(resolved: ResolvedTransfer) {
				const batchId = read(binding.transfer?.batchId, resolved.transfer);
				if (resolved.outcome !== 'ACKED' && batchId !== undefined) courier.givenUp(resolved.edge, batchId);
				tellTransfer(binding, state, resolved);
			},
			transferRetried: ({ batchId, ...plan }: RetryPlan & { readonly batchId: string }) => state.retry(batchId, plan),
			ackTimedOut({ edge }: { readonly edge: string }) {
				metrics.ackTimeouts.of(edge).add(1);
			},
			acknowledged({
				edge,
				payload,
				elapsedMs,
			}: {
				readonly edge: string;
				readonly payload: { readonly status: string };
				readonly elapsedMs: number;
			}) {
				// About no batch.
				if (payload.status === 'VERDICT') return;
				metrics.ackSeconds.of(edge, payload.status).record(elapsedMs / 1000);
			},
			integrityFailed: (fault: IntegrityFault) => tellIntegrity(state, fault),
			backPressure: (change: BackPressureChange) => tellBackPressure(activeEdges, change),
			circuitChanged: tellCircuit,
			errorRaised({ error, batchId }: { readonly error: ErrorFacts; readonly batchId?: string }) {
				metrics.errors.of(error.sourceModule, error.severity, error.recoverability, error.scope).add(1);
				errors.log(error.errorCode, {
					correlationId: error.correlationId,
					batchId,
					dimensions: { 'pipeline.error_id': error.errorId },
				});
			},
		},
	});
}

interface ResolvedTransfer {
	readonly edge: string;
	readonly transfer: unknown;
	readonly outcome: 'ACKED' | 'REJECTED' | 'EXHAUSTED';
	readonly attempts: number;
	readonly elapsedMs: number;
}

function tellTransfer(
	binding: IntegrationBinding,
	state: TransferState,
	{ edge, transfer, outcome, attempts, elapsedMs }: ResolvedTransfer,
): void {
	const readers = binding.transfer ?? {};
	const batchId = read(readers.batchId, transfer);
	const recordCount = read(readers.records, transfer)?.length ?? 0;
	metrics.batchesInFlight.of(edge).add(-1);
	metrics.batchesTransferred.of(edge, outcome).add(1);
	metrics.transferLatency.of(edge, outcome).record(elapsedMs / 1000);
	const failingMs = batchId === undefined ? undefined : state.takeFailingMs(batchId);
	if (outcome === 'ACKED' && failingMs !== undefined) metrics.recoverySeconds.of('TRANSIENT').record(failingMs / 1000);
	if (outcome === 'ACKED') metrics.recordsTransferred.of(edge).add(recordCount);
	telemetry.events.emit(event['pipeline.integration.transfer.audit.batch_transferred'], {
		batchId,
		dimensions: {
			'pipeline.edge': edge,
			'pipeline.record_count': recordCount,
			'pipeline.checksum': read(readers.checksum, transfer),
			'pipeline.ack_status': outcome,
			'pipeline.attempts': attempts,
			'audit.resource_id': batchId,
			'audit.outcome': outcome === 'ACKED' ? 'SUCCESS' : 'FAILURE',
		},
	});
}

interface IntegrityFault {
	readonly edge: string;
	readonly batchId: string;
	readonly check: string;
	readonly expected?: string;
	readonly actual?: string;
}

function tellIntegrity(state: TransferState, { edge, batchId, check, expected, actual }: IntegrityFault): void {
	metrics.integrityFailures.of(edge, check).add(1);
	const work = state.arriving(batchId);
	work?.event(spanEvent['integrity.failed'], new Map([[attribute['pipeline.check'], check]]));
	// Sent again, answered again: nothing is wrong with it.
	work?.set(attribute['pipeline.duplicate'], check === 'DUPLICATE');
	if (check === 'DUPLICATE') return;
	const code = check === 'COUNT' ? codesOf(edge).count : codesOf(edge).checksum;
	work?.fail(error[code]);
	errors.log(code, { batchId, context: work?.position(), dimensions: { 'pipeline.edge': edge } });
	telemetry.events.emit(event['pipeline.integration.errors.audit.data_corruption'], {
		batchId,
		dimensions: {
			'pipeline.expected_checksum': expected,
			'pipeline.actual_checksum': actual,
			'audit.resource_id': batchId,
			'audit.outcome': 'FAILURE',
		},
	});
}

interface BackPressureChange {
	readonly edge: string;
	readonly signal: {
		readonly signalType: 'ACTIVATE' | 'DEACTIVATE';
		readonly currentQueueDepth: number;
		readonly queueCapacity?: number;
		readonly recommendedDelayMs: number;
	};
	readonly activeMs: number;
	readonly direction: 'SENT' | 'RECEIVED';
}

function tellBackPressure(
	activeEdges: Map<string, number>,
	{ edge, signal, activeMs, direction }: BackPressureChange,
): void {
	const { signalType, currentQueueDepth: depth, queueCapacity: capacity = 0, recommendedDelayMs } = signal;
	// Both ends of an edge tell of the same signal; it is counted where it is sent.
	if (direction === 'RECEIVED') return;
	const isActive = signalType === 'ACTIVATE';
	activeEdges.set(edge, isActive ? 1 : 0);
	metrics.backPressureSignals.of(edge, signalType).add(1);
	metrics.recommendedDelay.of(edge).record(recommendedDelayMs / 1000);
	if (!isActive) metrics.backPressureSeconds.of(edge).record(activeMs / 1000);
	telemetry.events.emit(event[`pipeline.integration.backpressure.log.${isActive ? 'activated' : 'deactivated'}`], {
		dimensions: {
			'pipeline.edge': edge,
			'pipeline.queue_depth': depth,
			'pipeline.queue_capacity': capacity,
			'pipeline.utilization': capacity === 0 ? undefined : depth / capacity,
			'pipeline.recommended_delay_ms': recommendedDelayMs,
		},
	});
}

interface CircuitChange {
	readonly circuitId: string;
	readonly previousState: string;
	readonly newState: 'CLOSED' | 'HALF_OPEN' | 'OPEN';
	readonly openMs: number;
}

function tellCircuit({ circuitId, previousState, newState, openMs }: CircuitChange): void {
	metrics.circuitChanges.of(circuitId, newState).add(1);
	if (newState === 'OPEN') metrics.circuitTrips.of(circuitId).add(1);
	if (previousState === 'OPEN') metrics.circuitOpen.of(circuitId).record(openMs / 1000);
	const dimensions = {
		'pipeline.circuit_id': circuitId,
		'pipeline.previous_state': previousState,
		'pipeline.new_state': newState,
	};
	const log = newState === 'OPEN' ? 'opened' : newState === 'CLOSED' ? 'closed' : 'half_opened';
	telemetry.events.emit(event[`pipeline.integration.circuit.log.circuit_${log}`], { dimensions });
	telemetry.events.emit(event['pipeline.integration.circuit.audit.state_changed'], {
		correlationId: circuitId,
		dimensions: { ...dimensions, 'audit.resource_id': circuitId },
	});
}

function gaugesOf(binding: IntegrationBinding, activeEdges: ReadonlyMap<string, number>): Gauge<unknown>[] {
	const circuits = (layer: unknown) => read(binding.gauges?.circuits, layer) ?? [];
	return [
		{
			metric: metric['pipeline.integration.circuit.gauge.circuit_breaker_state'],
			read(layer, observe) {
				for (const { circuitId, state } of circuits(layer))
					observe(CIRCUIT_STATES[state] ?? 0, { 'pipeline.circuit_id': circuitId });
			},
		},
		{
			metric: metric['pipeline.integration.circuit.gauge.open_circuits'],
			read: (layer, observe) => observe(circuits(layer).filter(({ state }) => state === 'OPEN').length),
		},
		{
			metric: metric['pipeline.integration.backpressure.gauge.active'],
			read(_layer, observe) {
				for (const [edge, active] of activeEdges) observe(active, { 'pipeline.edge': edge });
			},
		},
		{
			metric: metric['pipeline.integration.context.gauge.fidelity_ratio'],
			read(_layer, observe) {
				const ratio = fidelityRatio();
				if (ratio !== undefined) observe(ratio);
			},
		},
	];
}
