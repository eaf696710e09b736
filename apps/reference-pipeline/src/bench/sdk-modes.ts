import { type ContextManager, context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
	BatchLogRecordProcessor,
	InMemoryLogRecordExporter,
	LoggerProvider,
	type LogRecordExporter,
} from '@opentelemetry/sdk-logs';
import {
	AggregationTemporality,
	InMemoryMetricExporter,
	MeterProvider,
	PeriodicExportingMetricReader,
	type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, InMemorySpanExporter, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import {
	identityIdGenerator,
	installTelemetry,
	openTelemetry,
	telemetry,
	uninstallTelemetry,
} from '@pipeline/telemetry-core';
import { LocalSink } from './local-sink.ts';
import { CompletionCounter, type OverheadMode } from './overhead-mode.ts';

/** Nothing is lost in a batch of the benchmark; the SDK's own default of 2,048 would drop most of it. */
const QUEUE_SIZE = 200_000;
const METRICS_EVERY_MS = 10_000;

interface Exporters {
	readonly spans: SpanExporter;
	readonly logs: LogRecordExporter;
	readonly metrics: PushMetricExporter;
	readonly flushed?: () => void;
	readonly verify?: () => Promise<void>;
	readonly close?: () => void;
}

/** Every span, event and metric of every record through the plain SDK, kept until the flush and then forgotten. */
export async function sdkInMemory(): Promise<OverheadMode> {
	const spans = new InMemorySpanExporter();
	const logs = new InMemoryLogRecordExporter();
	const metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
	return sdkMode({
		spans,
		logs,
		metrics,
		flushed() {
			spans.reset();
			logs.reset();
			metrics.reset();
		},
	});
}

/** The same, exported over OTLP (http/protobuf) to a receiver in another process. */
export async function sdkOtlp(): Promise<OverheadMode> {
	const sink = await LocalSink.start();
	let seen = 0;
	return sdkMode({
		spans: new OTLPTraceExporter({ url: `${sink.url}/v1/traces` }),
		logs: new OTLPLogExporter({ url: `${sink.url}/v1/logs` }),
		metrics: new OTLPMetricExporter({ url: `${sink.url}/v1/metrics` }),
		async verify() {
			const requests = await sink.requests();
			if (requests <= seen) throw new Error('nothing arrived at the receiver');
			seen = requests;
		},
		close: () => sink.stop(),
	});
}

function sdkMode(exporters: Exporters): OverheadMode {
	const completions = new CompletionCounter();
	const tracers = new TracerProvider({
		idGenerator: identityIdGenerator(),
		spanProcessors: [
			new BatchSpanProcessor({ exporter: completions.follow(exporters.spans), maxQueueSize: QUEUE_SIZE }),
		],
	});
	const loggers = new LoggerProvider({
		processors: [new BatchLogRecordProcessor({ exporter: exporters.logs, maxQueueSize: QUEUE_SIZE })],
	});
	const reader = new PeriodicExportingMetricReader({
		exporter: exporters.metrics,
		exportIntervalMillis: METRICS_EVERY_MS,
	});
	const meters = new MeterProvider({ readers: [reader] });
	const logger = loggers.getLogger('@pipeline/reference-pipeline');
	const backend = openTelemetry();
	const contextManager: ContextManager = new AsyncLocalStorageContextManager();
	const providers = () => {
		backend.setTracerProvider(tracers);
		backend.setMeterProvider(meters);
		backend.setLogger(() => logger);
	};
	providers();
	backend.install();
	// The same tracer, sinks and instruments each time: making them anew would be part of the measurement.
	const { epoch: _, ...parts } = telemetry;
	const stop = () => {
		uninstallTelemetry();
		backend.reset();
		context.disable();
	};
	stop();
	return {
		start() {
			providers();
			context.setGlobalContextManager(contextManager.enable());
			installTelemetry(parts);
		},
		stop,
		async flush() {
			await Promise.all([tracers.forceFlush(), loggers.forceFlush()]);
			exporters.flushed?.();
		},
		async verify(count) {
			completions.verify(count);
			await exporters.verify?.();
		},
		async close() {
			await Promise.all([tracers.shutdown(), loggers.shutdown(), meters.shutdown()]);
			exporters.close?.();
		},
	};
}
