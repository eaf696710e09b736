import { telemetry } from '@pipeline/telemetry-core';
import { attribute, event, spanEvent } from '@pipeline/telemetry-core/gamma';
import { moduleLifecycle, type Patch, read } from '@pipeline/telemetry-core/instrumentation';
import type { GammaBinding } from './binding.ts';
import { type Failure, tellFailure } from './failures.ts';
import { gaugesOf } from './gauges.ts';
import { errors, metrics } from './metrics.ts';
import { followDeadLetters, followErrorQueue } from './queue-events.ts';
import { type Resumed, tellResumed } from './resume.ts';
import type { GammaState } from './state.ts';

/** A running module: its depths and capacities at each collection, its notifications as they come. */
export function lifecycle(binding: GammaBinding, state: GammaState): Patch[] {
	const { gauges = {} } = binding;
	const openedAt = new Map<string, number>();
	return moduleLifecycle({
		start: binding.start,
		stop: binding.stop,
		events: binding.events === undefined ? undefined : (module: unknown) => read(binding.events, module),
		gauges: gaugesOf(binding, state),
		listeners: {
			failure: (failure: Failure) => tellFailure(failure),
			circuitChanged: (change: CircuitChange) => tellCircuit(change, openedAt),
			resumed: (resumed: Resumed) => tellResumed(resumed),
			reconciled: tellReconciled,
			unconfirmedThreshold: tellUnconfirmed,
			backPressure({ isActive, depth, capacity }: BackPressure) {
				if (!isActive) return;
				state.batches.latest?.work.event(
					spanEvent['backpressure.signalled'],
					new Map([
						[attribute['pipeline.queue_depth'], depth],
						[attribute['pipeline.utilization'], depth / capacity],
					]),
				);
			},
			degradationChanged({ from, to }: { readonly from: number; readonly to: number }) {
				telemetry.events.emit(event['pipeline.gamma.errors.log.escalation_changed'], {
					dimensions: { 'pipeline.from': from, 'pipeline.to': to },
				});
			},
		},
		started(module: unknown) {
			followDeadLetters(binding, read(gauges.deadLetterEvents, module), state);
			followErrorQueue(binding, read(gauges.queueEvents, module));
		},
	});
}

interface BackPressure {
	readonly isActive: boolean;
	readonly depth: number;
	readonly capacity: number;
}

interface CircuitChange {
	readonly circuitId: string;
	readonly destinationId: string;
	readonly previousState: string;
	readonly newState: 'CLOSED' | 'HALF_OPEN' | 'OPEN';
	readonly changedAt: string;
}

function tellCircuit(
	{ circuitId, destinationId, previousState, newState, changedAt }: CircuitChange,
	openedAt: Map<string, number>,
): void {
	const changedMs = Date.parse(changedAt);
	const openedMs = openedAt.get(circuitId);
	if (newState === 'OPEN') {
		if (openedMs === undefined) openedAt.set(circuitId, changedMs);
		metrics.circuitTrips.of(circuitId).add(1);
		errors.report('CONN_007_SOURCE_OUTAGE', {
			severity: 'CRITICAL',
			dimensions: { 'pipeline.destination_id': destinationId, 'pipeline.circuit_id': circuitId },
		});
	}
	if (newState === 'CLOSED') openedAt.delete(circuitId);
	const log = newState === 'OPEN' ? 'opened' : newState === 'CLOSED' ? 'closed' : 'half_opened';
	telemetry.events.emit(event[`pipeline.gamma.connection.log.circuit_${log}`], {
		dimensions: {
			'pipeline.circuit_id': circuitId,
			'pipeline.previous_state': previousState,
			'pipeline.new_state': newState,
			'pipeline.open_duration_ms':
				newState === 'OPEN' || openedMs === undefined ? undefined : Math.max(0, changedMs - openedMs),
		},
	});
}

interface Reconciliation {
	readonly destinationId: string;
	readonly intervalStart: string;
	readonly intervalEnd: string;
	readonly sent: number;
	readonly confirmed: number;
	readonly gap: number;
}

function tellReconciled({ destinationId, intervalStart, intervalEnd, sent, confirmed, gap }: Reconciliation): void {
	telemetry.events.emit(event['pipeline.gamma.delivery.audit.reconciled'], {
		correlationId: destinationId,
		dimensions: {
			'pipeline.sent': sent,
			'pipeline.confirmed': confirmed,
			'pipeline.gap': gap,
			'pipeline.interval_ms': Math.max(0, Date.parse(intervalEnd) - Date.parse(intervalStart)),
			'audit.resource_id': destinationId,
		},
	});
}

interface Unconfirmed {
	readonly destinationId: string;
	readonly count: number;
	readonly oldestAgeSeconds: number;
	readonly thresholdCount: number;
	readonly thresholdAgeSeconds: number;
}

function tellUnconfirmed({
	destinationId,
	count,
	oldestAgeSeconds,
	thresholdCount,
	thresholdAgeSeconds,
}: Unconfirmed): void {
	telemetry.events.emit(event['pipeline.gamma.ack.audit.unconfirmed_threshold'], {
		correlationId: destinationId,
		dimensions: {
			'pipeline.destination_id': destinationId,
			'pipeline.count': count,
			'pipeline.oldest_age_seconds': oldestAgeSeconds,
			'pipeline.threshold': `${thresholdCount} deliveries or ${thresholdAgeSeconds} s`,
			'audit.resource_id': destinationId,
			'audit.outcome': 'FAILURE',
		},
	});
}
