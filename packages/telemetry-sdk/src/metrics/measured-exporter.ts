import { AggregationTemporality, type PushMetricExporter, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { Metrics } from '@pipeline/telemetry-core';
import { ExportMonitor } from '../self-metrics/export-monitor.ts';

type Export = PushMetricExporter['export'];
type ExportResult = Parameters<Parameters<Export>[1]>[0];

const SUCCESS = 0;
const FAILED = 1;

/**
 * The exporter of a metric reader, its exports counted in `pipeline.telemetry.*` metrics. A failed export of cumulative points loses
 * nothing, the next one has them; points of an interval are counted as dropped.
 *
 * @param now monotonic milliseconds
 * @param monitor counts instead of one of its own
 */
export function measuredExporter(
	exporter: PushMetricExporter,
	metrics: Metrics,
	now: () => number = () => performance.now(),
	monitor: ExportMonitor = new ExportMonitor('METRICS', metrics, now),
): PushMetricExporter {
	function ended(exported: ResourceMetrics, startedMs: number, { code, error }: ExportResult): void {
		const items = points(exported);
		if (code === SUCCESS) {
			monitor.ended({ startedMs, items });
			return;
		}
		monitor.ended({ startedMs, items, error: error ?? {} });
		monitor.lost('EXPORT_FAILED', points(exported, AggregationTemporality.DELTA));
	}

	const { selectAggregation, selectAggregationTemporality } = exporter;
	return {
		export(exported, onResult) {
			const startedAt = monitor.now();
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
