import { context, logs, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import {
	AggregationTemporality,
	InMemoryMetricExporter,
	MeterProvider,
	PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, type Sampler, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { openTelemetry, uninstallTelemetry } from '@pipeline/telemetry-core';
import type { DetailLevel } from '@pipeline/telemetry-core/registry';
import { type EventView, type MetricPointView, type SpanView, viewEvent, viewMetric, viewSpan } from './views.ts';

export interface HarnessOptions {
	/** @default every trace is sampled */
	readonly sampler?: Sampler;
	/** @default full */
	readonly detail?: DetailLevel;
	/** Milliseconds since the Unix epoch, for record stages. */
	readonly now?: () => number;
}

/** Everything a process would have exported, in memory, from the real OpenTelemetry SDK. */
export interface TelemetryHarness {
	/** Ended spans in the order in which they ended. */
	spans(): SpanView[];
	events(): EventView[];
	/** Collects once; observable gauges are asked. */
	metrics(): Promise<MetricPointView[]>;
	/** Forgets spans and events. */
	clear(): void;
	/** Removes the providers; the process is as before. */
	shutdown(): Promise<void>;
}

/** Registers in-memory providers for this process. One at a time: shut it down before the next. */
export function createTelemetryHarness(options: HarnessOptions = {}): TelemetryHarness {
	const spanExporter = new InMemorySpanExporter();
	const logExporter = new InMemoryLogRecordExporter();
	const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
	const reader = new PeriodicExportingMetricReader({ exporter: metricExporter, exportIntervalMillis: 2 ** 31 - 1 });
	const tracerProvider = new TracerProvider({
		spanProcessors: [new SimpleSpanProcessor({ exporter: spanExporter })],
		...(options.sampler === undefined ? {} : { sampler: options.sampler }),
	});
	const loggerProvider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: logExporter })] });
	const meterProvider = new MeterProvider({ readers: [reader] });
	const contextManager = new AsyncLocalStorageContextManager().enable();
	context.setGlobalContextManager(contextManager);
	trace.setGlobalTracerProvider(tracerProvider);
	metrics.setGlobalMeterProvider(meterProvider);
	logs.setGlobalLoggerProvider(loggerProvider);
	const backend = openTelemetry();
	backend.setTracerProvider(tracerProvider);
	backend.setMeterProvider(meterProvider);
	backend.setLogger(() => loggerProvider.getLogger('@pipeline/telemetry-testing'));
	backend.install({ detail: options.detail ?? 'full', now: options.now });
	return {
		spans: () => spanExporter.getFinishedSpans().map(viewSpan),
		events: () => logExporter.getFinishedLogRecords().map(viewEvent),
		async metrics() {
			metricExporter.reset();
			await reader.forceFlush();
			const collected = metricExporter
				.getMetrics()
				.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
			return collected.flatMap(viewMetric);
		},
		clear() {
			spanExporter.reset();
			logExporter.reset();
		},
		async shutdown() {
			uninstallTelemetry();
			backend.reset();
			context.disable();
			trace.disable();
			metrics.disable();
			logs.disable();
			await Promise.all([tracerProvider.shutdown(), meterProvider.shutdown(), loggerProvider.shutdown()]);
		},
	};
}
