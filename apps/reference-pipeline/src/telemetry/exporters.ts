import { BatchLogRecordProcessor, type LogRecordProcessor } from '@opentelemetry/sdk-logs';
import { type IMetricReader, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace';
import { createExporters, loadSettings } from '@pipeline/telemetry-sdk';

/** Spans and events that wait for export. The SDK's own default of 2,048 loses most of a burst. */
const QUEUE_SIZE = 200_000;

export interface Exporters {
	readonly spans: readonly SpanProcessor[];
	readonly logs: readonly LogRecordProcessor[];
	readonly metrics: readonly IMetricReader[];
}

/** OTLP for the signals that have an endpoint; nothing, and no network, for the others. */
export async function exportersFromEnvironment(env: NodeJS.ProcessEnv = process.env): Promise<Exporters> {
	const { otlp } = await loadSettings({ profile: 'dev' }, env);
	const { spans, logs, metrics } = await createExporters(otlp);
	return {
		spans: spans ? [new BatchSpanProcessor({ exporter: spans, maxQueueSize: QUEUE_SIZE })] : [],
		logs: logs ? [new BatchLogRecordProcessor({ exporter: logs, maxQueueSize: QUEUE_SIZE })] : [],
		metrics: metrics ? [new PeriodicExportingMetricReader({ exporter: metrics, exportIntervalMillis: 10_000 })] : [],
	};
}
