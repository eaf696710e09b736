import { nowMs } from '@pipeline/telemetry-core';
import { metric } from '@pipeline/telemetry-core/gamma';
import { type Gauge, type Read, read } from '@pipeline/telemetry-core/instrumentation';
import { UNKNOWN } from './attributes.ts';
import type { DestinationReaders, GammaBinding } from './binding.ts';
import type { RecentCountsByName } from './recent-counts.ts';
import type { GammaState } from './state.ts';

const CIRCUIT_STATES: Readonly<Record<string, number>> = { CLOSED: 0, HALF_OPEN: 1, OPEN: 2 };
const SCAN_EVERY_MS = 60_000;

type Name = keyof typeof metric;

/** What is read off a running module at each collection. */
export function gaugesOf(binding: GammaBinding, state: GammaState): Gauge<unknown>[] {
	const { gauges = {} } = binding;
	return [
		plain('pipeline.gamma.intake.gauge.queue_depth', gauges.queueDepth),
		plain('pipeline.gamma.dlq.gauge.capacity', gauges.deadLetterCapacity),
		plain('pipeline.gamma.resource.gauge.degradation_level', gauges.degradationLevel),
		plain('pipeline.gamma.resource.gauge.memory_usage_bytes', () => process.memoryUsage.rss()),
		plain('pipeline.gamma.render.gauge.error_rate', () => state.renderings.ratio),
		plain('pipeline.gamma.dlq.gauge.growth_rate', () => state.deadLetters.perSecond),
		ratios('pipeline.gamma.delivery.gauge.success_ratio', state.attempts),
		ratios('pipeline.gamma.ack.gauge.timeout_ratio', state.ackTimeouts),
		byDestination(binding, 'pipeline.gamma.delivery.gauge.holding_depth', binding.destination?.holdingDepth),
		byDestination(binding, 'pipeline.gamma.connection.gauge.pool_usage', binding.destination?.poolUsage),
		circuits(binding),
		...acknowledgments(binding),
		byKey('pipeline.gamma.error_queue.gauge.size', 'pipeline.queue', gauges.queueSizes),
		...deadLetters(binding),
	];
}

function plain(name: Name, reader: Read<number> | undefined): Gauge<unknown> {
	return {
		metric: metric[name],
		read(module, observe) {
			const value = read(reader, module);
			if (value !== undefined) observe(value);
		},
	};
}

function ratios(name: Name, counts: RecentCountsByName): Gauge<unknown> {
	return {
		metric: metric[name],
		read(_module, observe) {
			for (const [destinationId, { ratio }] of counts.entries())
				observe(ratio, { 'pipeline.destination_id': destinationId });
		},
	};
}

function byDestination(binding: GammaBinding, name: Name, reader: DestinationReaders['holdingDepth']): Gauge<unknown> {
	return {
		metric: metric[name],
		read(module, observe) {
			for (const destination of read(binding.gauges?.destinations, module) ?? []) {
				const value = read(reader, destination);
				const destinationId = read(binding.destination?.id, destination) ?? UNKNOWN;
				if (value !== undefined) observe(value, { 'pipeline.destination_id': destinationId });
			}
		},
	};
}

function circuits(binding: GammaBinding): Gauge<unknown> {
	return {
		metric: metric['pipeline.gamma.connection.gauge.circuit_breaker_state'],
		read(module, observe) {
			for (const destination of read(binding.gauges?.destinations, module) ?? []) {
				const circuit = read(binding.destination?.circuit, destination);
				if (circuit !== undefined)
					observe(CIRCUIT_STATES[circuit.state] ?? 0, { 'pipeline.circuit_id': circuit.circuitId });
			}
		},
	};
}

function acknowledgments({ gauges = {} }: GammaBinding): Gauge<unknown>[] {
	return [
		{
			metric: metric['pipeline.gamma.ack.gauge.pending'],
			read(module, observe) {
				for (const { destinationId, ackType, count } of read(gauges.pendingAcks, module) ?? [])
					observe(count, { 'pipeline.ack_type': ackType, 'pipeline.destination_id': destinationId });
			},
		},
		{
			metric: metric['pipeline.gamma.ack.gauge.oldest_pending_age_seconds'],
			read(module, observe) {
				for (const { destinationId, oldestAgeSeconds } of read(gauges.pendingAcks, module) ?? [])
					observe(oldestAgeSeconds, { 'pipeline.destination_id': destinationId });
			},
		},
	];
}

function byKey(name: Name, key: string, reader: Read<Readonly<Record<string, number>>> | undefined): Gauge<unknown> {
	return {
		metric: metric[name],
		read(module, observe) {
			for (const [value, count] of Object.entries(read(reader, module) ?? {})) observe(count, { [key]: value });
		},
	};
}

function deadLetters({ gauges = {} }: GammaBinding): Gauge<unknown>[] {
	const ages = scanned(gauges.deadLetterAges);
	return [
		byKey('pipeline.gamma.dlq.gauge.depth', 'pipeline.destination_id', gauges.deadLetters),
		byKey('pipeline.gamma.dlq.gauge.entries_by_age', 'pipeline.age_bucket', (module) => read(ages, module)?.buckets),
		plain('pipeline.gamma.dlq.gauge.oldest_age_seconds', (module) => read(ages, module)?.oldestAgeSeconds),
	];
}

/** Reads once a minute at most, for each module: it looks at every entry. */
function scanned<V>(reader: Read<V> | undefined): Read<V> {
	const last = new WeakMap<object, { readonly value: V | undefined; readonly atMs: number }>();
	return (module: object) => {
		const known = last.get(module);
		if (known !== undefined && nowMs() - known.atMs < SCAN_EVERY_MS) return known.value;
		const value = read(reader, module);
		last.set(module, { value, atMs: nowMs() });
		return value;
	};
}
