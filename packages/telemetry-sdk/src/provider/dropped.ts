import { metric } from '@pipeline/telemetry-core/telemetry';
import type { BoundMetrics } from '../metrics/bound-metrics.ts';

const DROPPED = metric['pipeline.telemetry.events.counter.events_dropped_total'];

/** Counts what was to be exported and was not. */
export function countDropped(metrics: BoundMetrics, signal: 'TRACES' | 'EVENTS', reason: string, by = 1): void {
	metrics.bind(DROPPED, { 'pipeline.signal': signal, 'pipeline.reason': reason }).add(by);
}
