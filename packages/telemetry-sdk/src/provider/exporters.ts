import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import { convertLegacyHttpOptions } from '@opentelemetry/otlp-exporter-base/node-http';
import type { LogRecordExporter } from '@opentelemetry/sdk-logs';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Connections } from '../export/connections.ts';
import type { ResolvedSettings, SignalDestination } from '../settings/settings.ts';

/** OpenTelemetry's own exporters, for what does not go through the recorder. A signal that goes nowhere has none. */
export interface Exporters {
	readonly spans: SpanExporter | undefined;
	readonly logs: LogRecordExporter | undefined;
	readonly metrics: PushMetricExporter | undefined;
}

/** Loads only the exporters that are needed. */
export async function createExporters(
	{ traces, metrics, logs }: ResolvedSettings['otlp'],
	connections?: Connections,
): Promise<Exporters> {
	const configOf = (signal: string, destination: SignalDestination) => configuration(signal, destination, connections);
	const exporters = {
		spans: traces && new (await traceExporters(traces)).OTLPTraceExporter(await configOf('TRACES', traces)),
		metrics: metrics && new (await metricExporters(metrics)).OTLPMetricExporter(await configOf('METRICS', metrics)),
		logs: logs && new (await logExporters(logs)).OTLPLogExporter(await configOf('LOGS', logs)),
	};
	for (const exporter of Object.values(exporters)) connections?.knownChannel(exporter ?? {});
	return exporters;
}

async function traceExporters({ protocol }: SignalDestination) {
	if (protocol === 'grpc') return import('@opentelemetry/exporter-trace-otlp-grpc');
	if (protocol === 'http/json') return import('@opentelemetry/exporter-trace-otlp-http');
	return import('@opentelemetry/exporter-trace-otlp-proto');
}

async function metricExporters({ protocol }: SignalDestination) {
	if (protocol === 'grpc') return import('@opentelemetry/exporter-metrics-otlp-grpc');
	if (protocol === 'http/json') return import('@opentelemetry/exporter-metrics-otlp-http');
	return import('@opentelemetry/exporter-metrics-otlp-proto');
}

async function logExporters({ protocol }: SignalDestination) {
	if (protocol === 'grpc') return import('@opentelemetry/exporter-logs-otlp-grpc');
	if (protocol === 'http/json') return import('@opentelemetry/exporter-logs-otlp-http');
	return import('@opentelemetry/exporter-logs-otlp-proto');
}

async function configuration(
	signal: string,
	{ url, protocol, headers, timeoutMs, compression }: SignalDestination,
	connections: Connections | undefined,
) {
	const config = {
		url,
		timeoutMillis: timeoutMs,
		compression: compression === 'gzip' ? CompressionAlgorithm.GZIP : CompressionAlgorithm.NONE,
	};
	if (protocol !== 'grpc') {
		if (connections === undefined) return { ...config, headers: { ...headers } };
		// With the certificates that the environment names for the signal.
		const { agentFactory } = convertLegacyHttpOptions({}, signal, '', {});
		return { ...config, headers: { ...headers }, httpAgentOptions: connections.known(agentFactory) };
	}
	const { createEmptyMetadata } = await import('@opentelemetry/otlp-grpc-exporter-base');
	const metadata = createEmptyMetadata();
	for (const [key, value] of Object.entries(headers)) metadata.set(key, value);
	return { ...config, metadata };
}
