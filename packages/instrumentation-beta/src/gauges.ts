import { metric } from '@pipeline/telemetry-core/beta';
import { type Gauge, type Read, read } from '@pipeline/telemetry-core/instrumentation';
import type { BetaGauges } from './binding.ts';
import { lookupStats } from './lookup-stats.ts';
import { mappingFailures } from './mapping.ts';

const CIRCUIT_STATES: Readonly<Record<string, number>> = { CLOSED: 0, HALF_OPEN: 1, OPEN: 2 };

/** Escalation level from which on the module works with less than all of its means. */
const DEGRADED_FROM = 2;

/** What is read off a running module at each collection. */
export function gaugesOf(readers: BetaGauges): Gauge<unknown>[] {
	const plain = (name: keyof typeof metric, reader: Read<number> | undefined): Gauge<unknown> => ({
		metric: metric[name],
		read(module, observe) {
			const value = read(reader, module);
			if (value !== undefined) observe(value);
		},
	});
	return [
		plain('pipeline.beta.intake.gauge.queue_depth', readers.queueDepth),
		plain('pipeline.beta.intake.gauge.queue_capacity', readers.queueCapacity),
		plain('pipeline.beta.handoff.gauge.buffer_depth', readers.outputDepth),
		plain('pipeline.beta.transform.gauge.worker_utilization', readers.workerUtilization),
		plain('pipeline.beta.resource.gauge.escalation_level', readers.escalationLevel),
		{
			metric: metric['pipeline.beta.resource.gauge.degradation_mode'],
			read(module, observe) {
				const level = read(readers.escalationLevel, module);
				if (level !== undefined) observe(level >= DEGRADED_FROM ? 1 : 0);
			},
		},
		{
			metric: metric['pipeline.beta.mapping.gauge.error_rate'],
			read(_module, observe) {
				const { ratio } = mappingFailures;
				if (ratio !== undefined) observe(ratio);
			},
		},
		{
			metric: metric['pipeline.beta.enrichment.gauge.cache_hit_ratio'],
			read(_module, observe) {
				for (const [source, { cache }] of lookupStats.entries()) {
					const { ratio } = cache;
					if (ratio !== undefined) observe(ratio, { 'pipeline.enrichment_source': source });
				}
			},
		},
		{
			metric: metric['pipeline.beta.enrichment.gauge.circuit_breaker_state'],
			read(module, observe) {
				for (const { circuitId, state } of read(readers.circuits, module) ?? [])
					observe(CIRCUIT_STATES[state] ?? 0, { 'pipeline.circuit_id': circuitId });
			},
		},
		{
			metric: metric['pipeline.beta.error_queue.gauge.size'],
			read(module, observe) {
				for (const [queue, size] of Object.entries(read(readers.queueSizes, module) ?? {}))
					observe(size, { 'pipeline.queue': queue });
			},
		},
	];
}
