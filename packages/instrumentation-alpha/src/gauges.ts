import { metric } from '@pipeline/telemetry-core/alpha';
import { type Gauge, type Read, read } from '@pipeline/telemetry-core/instrumentation';
import type { AlphaGauges, ConnectionPool } from './binding.ts';
import { parseFailures } from './parse.ts';
import { validationFailures } from './validate.ts';

const CIRCUIT_STATES: Readonly<Record<string, number>> = { CLOSED: 0, HALF_OPEN: 1, OPEN: 2 };

/** What is read off a running module at each collection. */
export function gaugesOf(readers: AlphaGauges): Gauge<unknown>[] {
	const plain = (name: keyof typeof metric, reader: Read<number> | undefined): Gauge<unknown> => ({
		metric: metric[name],
		read(module, observe) {
			const value = read(reader, module);
			if (value !== undefined) observe(value);
		},
	});
	const pool = (name: keyof typeof metric, part: (pool: ConnectionPool) => number): Gauge<unknown> => ({
		metric: metric[name],
		read(module, observe) {
			const found = read(readers.pool, module);
			if (found !== undefined)
				observe(part(found), { 'pipeline.source_id': read(readers.sourceId, module) ?? 'unknown' });
		},
	});
	return [
		plain('pipeline.alpha.buffer.gauge.depth', readers.bufferDepth),
		plain('pipeline.alpha.buffer.gauge.capacity', readers.bufferCapacity),
		plain('pipeline.alpha.buffer.gauge.high_watermark_ratio', readers.highWatermark),
		plain('pipeline.alpha.buffer.gauge.low_watermark_ratio', readers.lowWatermark),
		plain('pipeline.alpha.resource.gauge.degradation_level', readers.degradationLevel),
		plain('pipeline.alpha.resource.gauge.memory_usage_bytes', readers.memoryUsageBytes),
		plain('pipeline.alpha.parser.gauge.worker_utilization', readers.workerUtilization),
		plain('pipeline.alpha.connection.gauge.idle_timeout_seconds', readers.idleTimeoutSeconds),
		pool('pipeline.alpha.connection.gauge.pool_size', ({ size }) => size),
		pool('pipeline.alpha.connection.gauge.pool_in_use', ({ inUse }) => inUse),
		pool('pipeline.alpha.connection.gauge.pool_idle', ({ size, inUse }) => size - inUse),
		{
			metric: metric['pipeline.alpha.parser.gauge.parse_error_rate'],
			read: (_module, observe) => observe(parseFailures.perSecond),
		},
		{
			metric: metric['pipeline.alpha.validation.gauge.error_rate'],
			read(_module, observe) {
				const { ratio } = validationFailures;
				if (ratio !== undefined) observe(ratio);
			},
		},
		{
			metric: metric['pipeline.alpha.buffer.gauge.utilization'],
			read(module, observe) {
				const capacity = read(readers.bufferCapacity, module);
				if (capacity) observe((read(readers.bufferDepth, module) ?? 0) / capacity);
			},
		},
		{
			metric: metric['pipeline.alpha.buffer.gauge.backpressure_active'],
			read: (module, observe) => observe(read(readers.backPressureActive, module) ? 1 : 0),
		},
		{
			metric: metric['pipeline.alpha.connection.gauge.status'],
			read: (module, observe) =>
				observe(read(readers.connected, module) ? 1 : 0, {
					'pipeline.source_id': read(readers.sourceId, module) ?? 'unknown',
				}),
		},
		{
			metric: metric['pipeline.alpha.connection.gauge.circuit_breaker_state'],
			read(module, observe) {
				const circuit = read(readers.circuit, module);
				if (circuit !== undefined)
					observe(CIRCUIT_STATES[circuit.state] ?? 0, { 'pipeline.circuit_id': circuit.circuitId });
			},
		},
		{
			metric: metric['pipeline.alpha.error_queue.gauge.size'],
			read(module, observe) {
				for (const [queue, size] of Object.entries(read(readers.queueSizes, module) ?? {}))
					observe(size, { 'pipeline.queue': queue });
			},
		},
	];
}
