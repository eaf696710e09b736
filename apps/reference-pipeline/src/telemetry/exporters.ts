import { BatchLogRecordProcessor, type LogRecordProcessor } from '@opentelemetry/sdk-logs';
import { type IMetricReader, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace';

/** Spans and events that wait for export. The SDK's own default of 2,048 loses most of a burst. */
const QUEUE_SIZE = 200_000;
const PROTOCOLS = ['http/protobuf', 'http/json', 'grpc'] as const;

export interface Exporters {
	readonly spans: readonly SpanProcessor[];
	readonly logs: readonly LogRecordProcessor[];
	readonly metrics: readonly IMetricReader[];
}

/** OTLP where `OTEL_EXPORTER_OTLP_ENDPOINT` is set; nothing, and no network, where it is not. */
export async function exportersFromEnvironment(env: NodeJS.ProcessEnv = process.env): Promise<Exporters> {
	if (!env['OTEL_EXPORTER_OTLP_ENDPOINT']) return { spans: [], logs: [], metrics: [] };
	const protocol = env['OTEL_EXPORTER_OTLP_PROTOCOL'] || 'http/protobuf';
	const { traces, metrics, logs } = await load(protocol);
	return {
		spans: [new BatchSpanProcessor({ exporter: new traces.OTLPTraceExporter(), maxQueueSize: QUEUE_SIZE })],
		logs: [new BatchLogRecordProcessor({ exporter: new logs.OTLPLogExporter(), maxQueueSize: QUEUE_SIZE })],
		metrics: [
			new PeriodicExportingMetricReader({ exporter: new metrics.OTLPMetricExporter(), exportIntervalMillis: 10_000 }),
		],
	};
}

async function load(protocol: string) {
	switch (protocol) {
		case 'http/protobuf':
			return {
				traces: await import('@opentelemetry/exporter-trace-otlp-proto'),
				metrics: await import('@opentelemetry/exporter-metrics-otlp-proto'),
				logs: await import('@opentelemetry/exporter-logs-otlp-proto'),
			};
		case 'http/json':
			return {
				traces: await import('@opentelemetry/exporter-trace-otlp-http'),
				metrics: await import('@opentelemetry/exporter-metrics-otlp-http'),
				logs: await import('@opentelemetry/exporter-logs-otlp-http'),
			};
		case 'grpc':
			return {
				traces: await import('@opentelemetry/exporter-trace-otlp-grpc'),
				metrics: await import('@opentelemetry/exporter-metrics-otlp-grpc'),
				logs: await import('@opentelemetry/exporter-logs-otlp-grpc'),
			};
		default:
			throw new RangeError(`OTEL_EXPORTER_OTLP_PROTOCOL is ${protocol}; allowed: ${PROTOCOLS.join(', ')}`);
	}
}
