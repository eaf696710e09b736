import type { LogRecordExporter } from '@opentelemetry/sdk-logs';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { OtlpProtocol } from '../export/span-delegate.ts';

/** OpenTelemetry's own exporters, for what does not go through the recorder. */
export interface Exporters {
	readonly spans: SpanExporter;
	readonly logs: LogRecordExporter;
	readonly metrics: PushMetricExporter;
}

/** Configured by `OTEL_EXPORTER_OTLP_*`, as the exporters read it themselves. Loads only those of the protocol. */
export async function createExporters(protocol: OtlpProtocol): Promise<Exporters> {
	const { traces, metrics, logs } = await load(protocol);
	return {
		spans: new traces.OTLPTraceExporter(),
		logs: new logs.OTLPLogExporter(),
		metrics: new metrics.OTLPMetricExporter(),
	};
}

async function load(protocol: OtlpProtocol) {
	if (protocol === 'grpc')
		return {
			traces: await import('@opentelemetry/exporter-trace-otlp-grpc'),
			metrics: await import('@opentelemetry/exporter-metrics-otlp-grpc'),
			logs: await import('@opentelemetry/exporter-logs-otlp-grpc'),
		};
	if (protocol === 'http/json')
		return {
			traces: await import('@opentelemetry/exporter-trace-otlp-http'),
			metrics: await import('@opentelemetry/exporter-metrics-otlp-http'),
			logs: await import('@opentelemetry/exporter-logs-otlp-http'),
		};
	return {
		traces: await import('@opentelemetry/exporter-trace-otlp-proto'),
		metrics: await import('@opentelemetry/exporter-metrics-otlp-proto'),
		logs: await import('@opentelemetry/exporter-logs-otlp-proto'),
	};
}
