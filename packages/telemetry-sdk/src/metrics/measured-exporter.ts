import { AggregationTemporality, type PushMetricExporter, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { MetricAttributes, Metrics } from '@pipeline/telemetry-core';
import { metric } from '@pipeline/telemetry-core/telemetry';
import { exportFailure } from './export-failure.ts';

const SIGNAL = { 'pipeline.signal': 'METRICS' };
const EXPORTS = metric['pipeline.telemetry.exporter.counter.exports_total'];
const FAILURES = metric['pipeline.telemetry.exporter.counter.export_failures_total'];
const ITEMS = metric['pipeline.telemetry.exporter.counter.items_exported_total'];
const SECONDS = metric['pipeline.telemetry.exporter.histogram.export_duration_seconds'];
const SINCE_SUCCESS = metric['pipeline.telemetry.exporter.gauge.seconds_since_success'];
const DROPPED = metric['pipeline.telemetry.events.counter.events_dropped_total'];

type Export = PushMetricExporter['export'];
type ExportResult = Parameters<Parameters<Export>[1]>[0];

const SUCCESS = 0;
const FAILED = 1;

/**
 * The exporter of a metric reader, its exports counted in `pipeline.telemetry.*` metrics. A failed export of cumulative points loses
 * nothing, the next one has them; points of an interval are counted as dropped.
 *
 * @param now monotonic milliseconds
 */
export function measuredExporter(
	exporter: PushMetricExporter,
	metrics: Metrics,
	now: () => number = () => performance.now(),
): PushMetricExporter {
	let successAt = now();
	metrics.observe(SINCE_SUCCESS, (observe) => observe((now() - successAt) / 1_000, SIGNAL));

	const count = (name: typeof EXPORTS, value: number, attributes: MetricAttributes = {}) =>
		metrics.bind(name, { ...SIGNAL, ...attributes }).add(value);

	function ended(exported: ResourceMetrics, startedAt: number, { code, error }: ExportResult): void {
		const failure = code === SUCCESS ? undefined : exportFailure(error);
		const outcome = failure === undefined ? 'SUCCESS' : failure === 'TIMEOUT' ? 'TIMEOUT' : 'FAILURE';
		count(EXPORTS, 1, { 'pipeline.outcome': outcome });
		metrics.bind(SECONDS, { ...SIGNAL, 'pipeline.outcome': outcome }).record((now() - startedAt) / 1_000);
		if (failure === undefined) {
			successAt = now();
			count(ITEMS, points(exported));
			return;
		}
		count(FAILURES, 1, { 'error.type': failure });
		const lost = points(exported, AggregationTemporality.DELTA);
		if (lost > 0) count(DROPPED, lost, { 'pipeline.reason': 'EXPORT_FAILED' });
	}

	const { selectAggregation, selectAggregationTemporality } = exporter;
	return {
		export(exported, onResult) {
			const startedAt = now();
			try {
				exporter.export(exported, (result) => {
					ended(exported, startedAt, result);
					onResult(result);
				});
			} catch (error) {
				ended(exported, startedAt, { code: FAILED, error: error as Error });
				throw error;
			}
		},
		forceFlush: () => exporter.forceFlush(),
		shutdown: () => exporter.shutdown(),
		...(selectAggregation && { selectAggregation: selectAggregation.bind(exporter) }),
		...(selectAggregationTemporality && {
			selectAggregationTemporality: selectAggregationTemporality.bind(exporter),
		}),
	};
}

/** Number of data points, of one temporality or of all. */
function points({ scopeMetrics }: ResourceMetrics, temporality?: AggregationTemporality): number {
	const metrics = scopeMetrics.flatMap((scope) => scope.metrics);
	return metrics
		.filter(({ aggregationTemporality }) => temporality === undefined || aggregationTemporality === temporality)
		.reduce((sum, { dataPoints }) => sum + dataPoints.length, 0);
}
