import { telemetry } from '@pipeline/telemetry-core';
import { attribute, event, spanEvent } from '@pipeline/telemetry-core/beta';
import { moduleLifecycle, type Patch, read } from '@pipeline/telemetry-core/instrumentation';
import type { BetaBinding } from './binding.ts';
import { circuitTeller } from './circuits.ts';
import { tellRules, tellSchema, tellSource } from './config-changes.ts';
import { gaugesOf } from './gauges.ts';
import { abandonBatches, acceptanceInContext } from './intake.ts';
import { tellRetry } from './lookup.ts';
import { metrics } from './metrics.ts';
import { followErrorQueue } from './queue-events.ts';

/** A running module: its depths and capacities at each collection, its notifications as they come. */
export function lifecycle(binding: BetaBinding): Patch[] {
	const { gauges = {} } = binding;
	const tellCircuit = circuitTeller();
	return moduleLifecycle({
		start: binding.start,
		stop: binding.stop,
		events: binding.events === undefined ? undefined : (module: unknown) => read(binding.events, module),
		gauges: gaugesOf(gauges),
		listeners: {
			backPressure: tellBackPressure,
			stateChanged({ to }: { readonly to: string }, module: unknown) {
				const intake = to === 'STOPPED' ? read(binding.intake, module) : undefined;
				if (intake !== undefined) abandonBatches(intake);
			},
			retryScheduled,
			circuitChanged: (change: Parameters<typeof tellCircuit>[0], module: unknown) =>
				tellCircuit(change, read(gauges.circuitResetMs, module)),
			sourceRegistered: tellSource,
			ruleSetChanged: tellRules,
			schemaChanged: (change: Parameters<typeof tellSchema>[0], module: unknown) =>
				tellSchema(change, read(gauges.inFlight, module) ?? 0),
			escalationChanged({ from, to, errorRate, threshold }: EscalationChange) {
				telemetry.events.emit(event['pipeline.beta.errors.log.escalation_changed'], {
					severity: to > from ? (to >= 3 ? 'ERROR' : 'WARN') : 'INFO',
					dimensions: {
						'pipeline.from': from,
						'pipeline.to': to,
						'pipeline.error_rate': errorRate,
						'pipeline.threshold': threshold,
					},
				});
			},
		},
		started(module: unknown) {
			for (const queue of read(gauges.queueEvents, module) ?? []) followErrorQueue(binding, queue);
		},
	});
}

interface EscalationChange {
	readonly from: number;
	readonly to: number;
	readonly errorRate: number;
	readonly threshold: number;
}

interface Retry {
	readonly category: string;
	readonly target: string;
	readonly attempt: number;
	readonly delayMs: number;
	readonly errorCode: string;
}

function retryScheduled({ category, target, attempt, delayMs, errorCode }: Retry): void {
	if (category === 'ENRICHMENT') tellRetry(target, attempt, delayMs, errorCode);
	else metrics.retries.of(category, 'FAILURE').add(1);
}

interface BackPressure {
	readonly signalType: string;
	readonly currentQueueDepth: number;
	readonly queueCapacity: number;
	readonly recommendedDelayMs: number;
}

/** The batch that filled the queue shows that its sender was asked to slow down. */
function tellBackPressure({ signalType, currentQueueDepth, queueCapacity, recommendedDelayMs }: BackPressure): void {
	if (signalType !== 'ACTIVATE') return;
	acceptanceInContext()?.work.event(
		spanEvent['backpressure.signalled'],
		new Map([
			[attribute['pipeline.utilization'], currentQueueDepth / queueCapacity],
			[attribute['pipeline.queue_depth'], currentQueueDepth],
			[attribute['pipeline.recommended_delay_ms'], recommendedDelayMs],
		]),
	);
}
