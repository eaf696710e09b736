import type { MetricDef, Metrics } from '@pipeline/telemetry-core';
import type { DetailLevel } from '@pipeline/telemetry-core/registry';
import { metric } from '@pipeline/telemetry-core/telemetry';
import type { FlightRecorder } from '../recorder/flight-recorder.ts';
import type { SpoolState } from '../spool/spool-options.ts';
import type { BatchQueue } from './batch-queue.ts';
import type { Signal } from './export-monitor.ts';

const DETAILS: readonly DetailLevel[] = ['minimal', 'standard', 'full'];

/** What there is of telemetry in this process. */
export interface TelemetryParts {
	readonly recorder: Pick<FlightRecorder, 'counts'>;
	readonly detail: DetailLevel;
	readonly queues: Readonly<Partial<Record<Signal, BatchQueue>>>;
	readonly spool: (() => SpoolState) | undefined;
}

/** Gauges of telemetry itself, read at each collection. */
export function observeTelemetry(metrics: Metrics, { recorder, detail, queues, spool }: TelemetryParts): void {
	const gauge = (name: keyof typeof metric, read: () => number) =>
		metrics.observe(metric[name] as MetricDef, (observe) => observe(read()));
	gauge('pipeline.telemetry.recorder.gauge.active_records', () => recorder.counts.active);
	gauge('pipeline.telemetry.recorder.gauge.parked_records', () => recorder.counts.parked);
	gauge('pipeline.telemetry.recorder.gauge.parked_bytes', () => recorder.counts.receiptBytes);
	gauge('pipeline.telemetry.recorder.gauge.detail_level', () => DETAILS.indexOf(detail));
	gauge('pipeline.telemetry.sampler.gauge.deferred_traces', () => recorder.counts.parked);
	gauge('pipeline.telemetry.clock.gauge.jumps', () => recorder.counts.clockJumps);
	observeQueues(metrics, queues);
	if (spool === undefined) return;
	gauge('pipeline.telemetry.audit.gauge.unflushed_entries', () => spool().appended - spool().durable);
	metrics.observe(metric['pipeline.telemetry.storage.gauge.used_bytes'], (observe) =>
		observe(spool().diskBytes, { 'pipeline.store': 'AUDIT' }),
	);
}

function observeQueues(metrics: Metrics, queues: TelemetryParts['queues']): void {
	const observeEach = (name: keyof typeof metric, read: (queue: BatchQueue) => number) =>
		metrics.observe(metric[name], (observe) => {
			for (const [signal, queue] of Object.entries(queues)) observe(read(queue), { 'pipeline.signal': signal });
		});
	observeEach('pipeline.telemetry.queue.gauge.size', ({ size }) => size);
	observeEach('pipeline.telemetry.queue.gauge.capacity', ({ capacity }) => capacity);
	observeEach('pipeline.telemetry.queue.gauge.utilization', ({ size, capacity }) => size / capacity);
}
