import type { Resource } from '@opentelemetry/resources';
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs';
import {
	ConsoleMetricExporter,
	type MetricReader,
	PeriodicExportingMetricReader,
	type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace';
import { identityIdGenerator, type Scope } from '@pipeline/telemetry-core';
import type { ConsoleBackend } from '../console/console-backend.ts';
import type { BoundMetrics } from '../metrics/bound-metrics.ts';
import { measuredExporter } from '../metrics/measured-exporter.ts';
import { createMetricProducer, temporalityOf } from '../metrics/metric-producer.ts';
import { PrometheusReader } from '../metrics/prometheus-reader.ts';
import { logRecordRedactor } from '../redaction/log-record-redactor.ts';
import { metricRedaction } from '../redaction/metric-redaction.ts';
import type { Redaction } from '../redaction/redaction.ts';
import { spanRedactor } from '../redaction/span-redactor.ts';
import { BatchQueue } from '../self-metrics/batch-queue.ts';
import type { ExportMonitors, Signal } from '../self-metrics/export-monitor.ts';
import type { QueueSettings, ResolvedSettings } from '../settings/settings.ts';
import { SpanGate } from '../spans/span-gate.ts';
import { logRecordLimits, spanLimits } from './attribute-limits.ts';
import { countDropped } from './dropped.ts';
import type { Exporters } from './exporters.ts';
import { limitToModules, unknownModules } from './module-instrumentations.ts';
import { propagatorOf } from './propagator.ts';
import { type SdkProviders, startSdk } from './sdk-providers.ts';
import type { TelemetryProviderOptions } from './telemetry-provider.ts';

export interface OpenTelemetryParts {
	readonly settings: ResolvedSettings;
	readonly resource: Resource;
	readonly redaction: Redaction;
	readonly options: TelemetryProviderOptions;
	readonly metrics: BoundMetrics;
	readonly scopeOf: (base: number) => Scope;
	readonly exporters: Exporters;
	/** Of signals that are lines on the terminal. */
	readonly terminal: Partial<ConsoleBackend>;
	readonly monitors: ExportMonitors;
}

/** The OpenTelemetry SDK, for all that does not go through the recorder. */
export interface RunningOpenTelemetry {
	readonly providers: SdkProviders;
	/** Spans inside of records' calls wait here. */
	readonly gate: SpanGate;
	/** Reads metrics for whoever scrapes them. */
	readonly prometheus: PrometheusReader | undefined;
	/** Switches on again the instrumentations that were left out. */
	readonly restoreModules: () => void;
	/** What waits for the endpoint. */
	readonly queues: Readonly<Partial<Record<Signal, BatchQueue>>>;
	/** Sends what it has. */
	forceFlush(): Promise<void>;
}

/** Starts the SDK: spans of batches and of libraries, events, and the readers of metrics. */
export function startOpenTelemetry(parts: OpenTelemetryParts): RunningOpenTelemetry {
	const { settings, resource, redaction, options, metrics, exporters, terminal, monitors } = parts;
	const prometheus = settings.prom.enabled ? prometheusReader(parts) : undefined;
	const queue = batchesOf(settings.queue.traces);
	const eventQueue = batchesOf(settings.queue.logs);
	const traceQueue = exporters.spans && new BatchQueue(queue.maxQueueSize, monitors.of('TRACES'));
	const logQueue = exporters.logs && new BatchQueue(eventQueue.maxQueueSize, monitors.of('LOGS'));
	const spans =
		exporters.spans &&
		traceQueue?.spanProcessor(new BatchSpanProcessor({ exporter: traceQueue.spanExporter(exporters.spans), ...queue }));
	const events =
		exporters.logs &&
		logQueue?.logProcessor(
			new BatchLogRecordProcessor({ exporter: logQueue.logExporter(exporters.logs), ...eventQueue }),
		);
	const gate = new SpanGate({
		attributes: settings.attributes,
		next: [...(options.spanProcessors ?? []), ...present(terminal.spans), ...present(spans)],
		onLost: (reason, count) => countDropped(metrics, 'TRACES', reason, count),
	});
	const { env = process.env, instrumentations = [] } = options;
	const logProcessors = [...(options.logRecordProcessors ?? []), ...present(terminal.events), ...present(events)];
	const providers = startSdk({
		traces: {
			resource,
			sampler: gate,
			idGenerator: identityIdGenerator(),
			// The redactor before everyone who looks at spans.
			spanProcessors: [spanRedactor(redaction), gate],
			spanLimits: spanLimits(env),
		},
		logs: {
			resource,
			processors: [logRecordRedactor(redaction), ...logProcessors],
			logRecordLimits: logRecordLimits(env),
		},
		metrics: {
			resource,
			views: [metricRedaction(redaction)],
			readers: [...(options.metricReaders?.(metrics) ?? []), ...present(prometheus), ...pushReaders(parts)],
		},
		propagator: propagatorOf(settings.propagators),
		instrumentations,
		env,
	});
	for (const line of unknownModules(instrumentations, settings.modules))
		console.error(`@pipeline/telemetry-sdk: ${line}`);
	const restoreModules = limitToModules(instrumentations, settings.modules);
	return {
		providers,
		gate,
		prometheus,
		restoreModules,
		queues: { ...(traceQueue && { TRACES: traceQueue }), ...(logQueue && { LOGS: logQueue }) },
		async forceFlush() {
			await Promise.all([spans?.forceFlush(), events?.forceFlush()]);
			// Batches that the processors began to send by themselves are not waited for by them.
			await Promise.all([exporters.spans?.forceFlush?.(), exporters.logs?.forceFlush()]);
		},
	};
}

function prometheusReader({ metrics, scopeOf }: OpenTelemetryParts): PrometheusReader {
	return new PrometheusReader([createMetricProducer(metrics, { scopeOf, names: 'prometheus' })]);
}

function present<T>(one: T | undefined): readonly T[] {
	return one === undefined ? [] : [one];
}

function pushReaders({ settings, exporters, metrics, scopeOf, monitors }: OpenTelemetryParts): MetricReader[] {
	const reader = (exporter: PushMetricExporter) =>
		new PeriodicExportingMetricReader({
			exporter,
			exportIntervalMillis: settings.metrics.intervalMs,
			exportTimeoutMillis: settings.metrics.timeoutMs,
			metricProducers: [createMetricProducer(metrics, { scopeOf, temporality: temporalityOf(exporter) })],
		});
	const { metrics: exporter } = exporters;
	return [
		...(exporter === undefined ? [] : [reader(measuredExporter(exporter, metrics, undefined, monitors.of('METRICS')))]),
		...(settings.console.metrics ? [reader(new ConsoleMetricExporter())] : []),
	];
}

function batchesOf({ size, batchSize, flushMs, exportTimeoutMs }: QueueSettings) {
	return {
		maxQueueSize: size,
		maxExportBatchSize: batchSize,
		scheduledDelayMillis: flushMs,
		exportTimeoutMillis: exportTimeoutMs,
	};
}
