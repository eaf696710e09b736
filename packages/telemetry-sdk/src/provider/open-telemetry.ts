import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { AlwaysOnSampler, BatchSpanProcessor, ParentBasedSampler } from '@opentelemetry/sdk-trace';
import { identityIdGenerator, type Scope } from '@pipeline/telemetry-core';
import type { BoundMetrics } from '../metrics/bound-metrics.ts';
import { measuredExporter } from '../metrics/measured-exporter.ts';
import { createMetricProducer, temporalityOf } from '../metrics/metric-producer.ts';
import { commonAttributesProcessor } from './common-attributes-processor.ts';
import type { Exporters } from './exporters.ts';
import type { ResolvedSettings } from './settings.ts';
import type { TelemetryProviderOptions } from './telemetry-provider.ts';

const SPAN_QUEUE_SIZE = 8_192;
/** Journals yield their events in bursts. */
const EVENT_QUEUE_SIZE = 65_536;
const METRICS_EVERY_MS = 10_000;

export interface OpenTelemetryParts {
	readonly settings: ResolvedSettings;
	readonly options: TelemetryProviderOptions;
	/** Of every span. */
	readonly attributes: Readonly<Record<string, string>>;
	readonly metrics: BoundMetrics;
	readonly scopeOf: (base: number) => Scope;
	/** Absent: nothing leaves the process by itself. */
	readonly exporters: Exporters | undefined;
}

/** The OpenTelemetry SDK, for all that does not go through the recorder. */
export interface RunningOpenTelemetry {
	readonly sdk: NodeSDK;
	/** Sends what it has. */
	forceFlush(): Promise<void>;
}

/** Starts the SDK: spans of batches and of libraries, events, and the readers of metrics. */
export function startOpenTelemetry(parts: OpenTelemetryParts): RunningOpenTelemetry {
	const { settings, options, attributes, metrics, exporters } = parts;
	const spans = exporters && new BatchSpanProcessor({ exporter: exporters.spans, maxQueueSize: SPAN_QUEUE_SIZE });
	const events = exporters && new BatchLogRecordProcessor({ exporter: exporters.logs, maxQueueSize: EVENT_QUEUE_SIZE });
	const sdk = new NodeSDK({
		serviceName: settings.serviceName,
		autoDetectResources: false,
		// Those inside a record's call share the record's decision.
		sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
		idGenerator: identityIdGenerator(),
		spanProcessors: [
			commonAttributesProcessor(attributes),
			...(options.spanProcessors ?? []),
			...(spans === undefined ? [] : [spans]),
		],
		logRecordProcessors: [...(options.logRecordProcessors ?? []), ...(events === undefined ? [] : [events])],
		metricReaders: [...(options.metricReaders?.(metrics) ?? []), ...pushReaders(parts)],
		instrumentations: [...(options.instrumentations ?? [])],
	});
	sdk.start();
	return {
		sdk,
		async forceFlush() {
			await Promise.all([spans?.forceFlush(), events?.forceFlush()]);
		},
	};
}

function pushReaders({ exporters, metrics, scopeOf }: OpenTelemetryParts): PeriodicExportingMetricReader[] {
	if (exporters === undefined) return [];
	const exporter = measuredExporter(exporters.metrics, metrics);
	const producer = createMetricProducer(metrics, { scopeOf, temporality: temporalityOf(exporter) });
	return [
		new PeriodicExportingMetricReader({
			exporter,
			exportIntervalMillis: METRICS_EVERY_MS,
			metricProducers: [producer],
		}),
	];
}
