import { telemetry } from '@pipeline/telemetry-core';
import { attribute, event, span, spanEvent } from '@pipeline/telemetry-core/alpha';
import { moduleLifecycle, type Patch, read, workInContext } from '@pipeline/telemetry-core/instrumentation';
import { sourceTypeOf } from './attributes.ts';
import type { AlphaBinding } from './binding.ts';
import { gaugesOf } from './gauges.ts';
import { errors, metrics } from './metrics.ts';
import { followErrorQueues } from './queue-events.ts';
import { retried } from './source.ts';

/** A running module: its depths and capacities at each collection, its notifications as they come. */
export function lifecycle(binding: AlphaBinding): Patch[] {
	const { gauges = {} } = binding;
	return moduleLifecycle({
		start: binding.start,
		stop: binding.stop,
		events: binding.events === undefined ? undefined : (module: unknown) => read(binding.events, module),
		gauges: gaugesOf(gauges),
		listeners: {
			backPressure: tellBackPressure,
			bufferFull(full: { readonly depth: number; readonly capacity: number }) {
				metrics.overflows.of().add(1);
				errors.report('BUF_002_FULL', { dimensions: { 'pipeline.queue_depth': full.depth } });
				telemetry.events.emit(event['pipeline.alpha.buffer.audit.overflow'], {
					correlationId: 'alpha.buffer',
					dimensions: {
						'pipeline.queue_depth': full.depth,
						'pipeline.utilization': full.depth / full.capacity,
						'audit.resource_id': 'alpha.buffer',
					},
				});
			},
			connectionRetried: tellConnectionRetry,
			circuitChanged: tellCircuit,
			degradationChanged({ level, errorCode }: { readonly level: number; readonly errorCode: string }) {
				if (level > 0) errors.report(errorCode, { severity: level >= 3 ? 'CRITICAL' : 'ERROR' });
				telemetry.events.emit(event['pipeline.alpha.errors.log.escalation_changed'], {
					dimensions: { 'pipeline.to': level },
				});
			},
		},
		started(module: unknown) {
			followErrorQueues(binding, read(gauges.queueEvents, module));
		},
	});
}

interface BackPressure {
	readonly eventType: 'ACTIVATED' | 'DEACTIVATED' | 'THRESHOLD_WARNING';
	readonly currentUtilization: number;
	readonly durationActiveMs: number;
	readonly affectedSources: readonly string[];
	readonly depth: number;
	readonly capacity: number;
}

interface ConnectionRetry {
	readonly sourceId: string;
	readonly attemptNumber: number;
	readonly delayMs: number;
}

function tellConnectionRetry({ sourceId, attemptNumber, delayMs }: ConnectionRetry): void {
	metrics.connectionRetryDelay.of(sourceTypeOf(sourceId)).record(delayMs / 1000);
	metrics.retries.of('CONNECTION', 'FAILURE').add(1);
	const work = workInContext(span['alpha.connection.connect']);
	if (work === undefined) return;
	retried(work);
	work.event(
		spanEvent['connection.retry'],
		new Map([
			[attribute['pipeline.attempt_number'], attemptNumber],
			[attribute['pipeline.delay_ms'], delayMs],
		]),
	);
}

function tellBackPressure({
	eventType,
	currentUtilization,
	durationActiveMs,
	affectedSources,
	depth,
	capacity,
}: BackPressure): void {
	metrics.backPressureEvents.of(eventType).add(1);
	if (eventType === 'DEACTIVATED') metrics.backPressureSeconds.of().record(durationActiveMs / 1000);
	const dimensions = {
		'pipeline.queue_depth': depth,
		'pipeline.queue_capacity': capacity,
		'pipeline.utilization': currentUtilization,
		'pipeline.duration_ms': durationActiveMs,
	};
	const log = eventType === 'ACTIVATED' ? 'activated' : eventType === 'DEACTIVATED' ? 'deactivated' : 'warning';
	telemetry.events.emit(event[`pipeline.alpha.buffer.log.backpressure_${log}`], { dimensions });
	if (eventType === 'ACTIVATED') errors.report('BUF_001_HIGH_WATERMARK', { dimensions });
	if (eventType === 'THRESHOLD_WARNING') return;
	workInContext(span['alpha.batch.ingest'])?.event(
		spanEvent[eventType === 'ACTIVATED' ? 'backpressure.activated' : 'backpressure.deactivated'],
		new Map([
			[attribute['pipeline.utilization'], depth / capacity],
			[attribute['pipeline.queue_depth'], depth],
		]),
	);
	telemetry.events.emit(event['pipeline.alpha.buffer.audit.backpressure'], {
		correlationId: 'alpha.buffer',
		dimensions: { ...dimensions, 'pipeline.affected_sources': affectedSources, 'audit.resource_id': 'alpha.buffer' },
	});
}

interface CircuitChange {
	readonly circuitId: string;
	readonly previousState: string;
	readonly newState: 'CLOSED' | 'HALF_OPEN' | 'OPEN';
	readonly failureCount: number;
}

function tellCircuit({ circuitId, previousState, newState }: CircuitChange): void {
	if (newState === 'OPEN') {
		metrics.circuitTrips.of(circuitId).add(1);
		workInContext(span['alpha.connection.connect'])?.event(spanEvent['circuit.opened']);
	}
	const log = newState === 'OPEN' ? 'opened' : newState === 'CLOSED' ? 'closed' : 'half_opened';
	telemetry.events.emit(event[`pipeline.alpha.connection.log.circuit_${log}`], {
		dimensions: {
			'pipeline.circuit_id': circuitId,
			'pipeline.previous_state': previousState,
			'pipeline.new_state': newState,
		},
	});
}
