import { diag, logs, metrics as metricsApi } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { BatchLogRecordProcessor, type LogRecordProcessor } from '@opentelemetry/sdk-logs';
import { type IMetricReader, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { AlwaysOnSampler, BatchSpanProcessor, ParentBasedSampler, type SpanProcessor } from '@opentelemetry/sdk-trace';
import {
	commonAttributes,
	identityIdGenerator,
	installTelemetry,
	OpenTelemetryEventSink,
	openTelemetry,
} from '@pipeline/telemetry-core';
import { lookUpMetric, TABLE_SIZE } from '@pipeline/telemetry-core/registry';
import { metric } from '@pipeline/telemetry-core/telemetry';
import { SpanEncoder } from '../encoding/span-encoder.ts';
import { SpanTransport } from '../export/span-transport.ts';
import { BoundMetrics } from '../metrics/bound-metrics.ts';
import { measuredExporter } from '../metrics/measured-exporter.ts';
import { createMetricProducer, temporalityOf } from '../metrics/metric-producer.ts';
import { observeProcess } from '../metrics/process-metrics.ts';
import { createFlightRecorder, type FlightRecorder } from '../recorder/flight-recorder.ts';
import { commonAttributesProcessor } from './common-attributes-processor.ts';
import { createExporters } from './exporters.ts';
import {
	type Environment,
	endpointOf,
	type ResolvedSettings,
	resolveSettings,
	type TelemetrySettings,
} from './settings.ts';
import { drain, journalProjection, type SpanSink } from './trace-pipeline.ts';

const SOURCE = '@pipeline/telemetry-sdk';
const EVENTS_DROPPED = 'pipeline.telemetry.events.counter.events_dropped_total';
const QUEUE_SIZE = 8_192;
/** Journals yield their events in bursts. */
const EVENT_QUEUE_SIZE = 65_536;
const FLUSH_EVERY_MS = 1_000;
const METRICS_EVERY_MS = 10_000;
const DEFAULT_TIMEOUT_MS = 5_000;

export interface TelemetryProviderOptions extends TelemetrySettings {
	/** Instrumentations to switch on: those of the modules, and any other. */
	readonly instrumentations?: readonly Instrumentation[];
	/** Where spans of records go besides the endpoint. */
	readonly spanSinks?: readonly SpanSink[];
	/** Further processors of all other spans. */
	readonly spanProcessors?: readonly SpanProcessor[];
	/** Further processors of events. */
	readonly logRecordProcessors?: readonly LogRecordProcessor[];
	/** Further readers of metrics, made with the bound metrics that they are to read. */
	readonly metricReaders?: (metrics: BoundMetrics) => readonly IMetricReader[];
	/** Records followed at the same time; a power of two, at most 65,536. @default 16384 */
	readonly slots?: number;
	/** @default process.env */
	readonly env?: Environment;
}

/** Pipeline Telemetry of one process: every record followed, its batches and everything else traced by the OpenTelemetry SDK. */
export class TelemetryProvider {
	readonly #options: TelemetryProviderOptions;
	#sdk: NodeSDK | undefined;
	#recorder: FlightRecorder | undefined;
	#encoder: SpanEncoder | undefined;
	#transport: SpanTransport | undefined;
	#uninstall: (() => void) | undefined;
	/** What the SDK exports by itself. */
	#flushed: readonly { forceFlush(): Promise<void> }[] = [];
	#timer: NodeJS.Timeout | undefined;
	#stopObserving: (() => void) | undefined;

	constructor(options: TelemetryProviderOptions = {}) {
		this.#options = options;
	}

	/**
	 * Switches telemetry on. A failure never stops the application: it is said in one line, and telemetry stays off.
	 *
	 * @returns whether it is on
	 */
	async start(): Promise<boolean> {
		if (this.#sdk !== undefined) return true;
		try {
			const settings = resolveSettings(this.#options, this.#options.env ?? process.env);
			if (!settings.enabled) return false;
			await this.#switchOn(settings);
			return true;
		} catch (error) {
			console.error(`${SOURCE}: telemetry stays off: ${error instanceof Error ? error.message : String(error)}`);
			await this.shutdown();
			return false;
		}
	}

	/** Sends what is there. @returns whether everything was gone within the time */
	async forceFlush(timeoutMs: number = DEFAULT_TIMEOUT_MS): Promise<boolean> {
		this.#pump();
		const flushed = Promise.all([
			this.#transport?.forceFlush(timeoutMs) ?? true,
			...this.#flushed.map((part) => part.forceFlush().then(() => true)),
		]);
		const late = after(timeoutMs).then(() => [false]);
		return (await Promise.race([flushed, late]).catch(() => [false])).every(Boolean);
	}

	/** Switches telemetry off and sends what it can within the time. Never throws; a second call does nothing. */
	async shutdown(timeoutMs: number = DEFAULT_TIMEOUT_MS): Promise<void> {
		clearInterval(this.#timer);
		this.#stopObserving?.();
		this.#stopObserving = undefined;
		this.#pump();
		const sdk = this.#sdk;
		this.#sdk = undefined;
		await Promise.allSettled([
			this.#transport?.shutdown(timeoutMs),
			sdk === undefined ? undefined : Promise.race([sdk.shutdown(), after(timeoutMs)]),
		]);
		this.#uninstall?.();
		this.#uninstall = undefined;
		this.#recorder = undefined;
		this.#encoder = undefined;
		this.#transport = undefined;
		this.#flushed = [];
	}

	async #switchOn(settings: ResolvedSettings): Promise<void> {
		const env = this.#options.env ?? process.env;
		const metrics = new BoundMetrics();
		const attributes = commonAttributes(env as Record<string, string | undefined>);
		const exporters =
			settings.backend === 'otel' && endpointOf(env) !== undefined
				? await createExporters(settings.protocol)
				: undefined;
		const scopeOf = (base: number) => openTelemetry().scopeOf(base);
		const own = this.#options.metricReaders?.(metrics) ?? [];
		const pushed = exporters && measuredExporter(exporters.metrics, metrics);
		const readers = pushed && [
			new PeriodicExportingMetricReader({
				exporter: pushed,
				exportIntervalMillis: METRICS_EVERY_MS,
				metricProducers: [createMetricProducer(metrics, { scopeOf, temporality: temporalityOf(pushed) })],
			}),
		];
		const batches = exporters && new BatchSpanProcessor({ exporter: exporters.spans, maxQueueSize: QUEUE_SIZE });
		const records = exporters && new BatchLogRecordProcessor({ exporter: exporters.logs, maxQueueSize: EVENT_QUEUE_SIZE });
		this.#flushed = [batches, records].filter((part) => part !== undefined);
		this.#sdk = new NodeSDK({
			serviceName: settings.serviceName,
			autoDetectResources: false,
			// Spans of batches and of libraries; those inside a record's call share the record's decision.
			sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
			idGenerator: identityIdGenerator(),
			spanProcessors: [
				commonAttributesProcessor(attributes),
				...(this.#options.spanProcessors ?? []),
				...(batches === undefined ? [] : [batches]),
			],
			logRecordProcessors: [...(this.#options.logRecordProcessors ?? []), ...(records === undefined ? [] : [records])],
			metricReaders: [...own, ...(readers ?? [])],
			instrumentations: [...(this.#options.instrumentations ?? [])],
		});
		this.#sdk.start();
		const count = (name: keyof typeof metric, ...values: string[]) => countSelf(metrics, name, values);
		const events = new OpenTelemetryEventSink({
			logger: (event) => {
				const { name, version } = scopeOf(Math.floor(event / TABLE_SIZE));
				return logs.getLogger(name, version);
			},
			onDropped: (reason) => count(EVENTS_DROPPED, 'EVENTS', reason),
		});
		const encoder = new SpanEncoder({
			detail: settings.detail,
			attributes,
			scopeOf: (definition) => scopeOf(Math.floor(definition / TABLE_SIZE)),
			resource: { attributes: { 'service.name': settings.serviceName } },
		});
		const recorder = createFlightRecorder({
			ratio: settings.ratio,
			slowOperationMs: settings.slowOperationMs,
			slowTraceMs: settings.slowTraceMs,
			...(this.#options.slots === undefined ? {} : { slots: this.#options.slots }),
			onLost: (reason) => count('pipeline.telemetry.recorder.counter.records_lost_total', reason),
			projection: (context) =>
				journalProjection(
					context,
					events,
					encoder,
					() => this.#drain(),
					(error) => diag.error(`${SOURCE}: a journal was not read`, error),
				),
		});
		this.#transport =
			exporters &&
			new SpanTransport({
				protocol: settings.protocol,
				onLost: (reason, spans) => countSelf(metrics, EVENTS_DROPPED, ['TRACES', reason], spans),
			});
		this.#encoder = encoder;
		this.#recorder = recorder;
		this.#observe(metrics, recorder);
		this.#uninstall = installTelemetry({ source: SOURCE, tracer: recorder, events, metrics, attributes });
		this.#timer = setInterval(() => this.#pump(), FLUSH_EVERY_MS).unref();
	}

	#observe(metrics: BoundMetrics, recorder: FlightRecorder): void {
		this.#stopObserving = observeProcess(metricsApi.getMeter(SOURCE));
		metrics.observe(metric['pipeline.telemetry.recorder.gauge.active_records'], (observe) =>
			observe(recorder.activeRecords),
		);
		metrics.observe(metric['pipeline.telemetry.recorder.gauge.parked_bytes'], (observe) =>
			observe(recorder.receiptBytes),
		);
	}

	/** From receipts to spans to the sinks. */
	#pump(): void {
		this.#recorder?.flush();
		this.#drain();
	}

	#drain(): void {
		if (this.#encoder === undefined) return;
		const sinks = [...(this.#options.spanSinks ?? []), ...(this.#transport === undefined ? [] : [this.#transport])];
		drain(this.#encoder, {
			send(request) {
				for (const sink of sinks) sink.send(request);
			},
		});
	}
}

function countSelf(metrics: BoundMetrics, name: keyof typeof metric, values: readonly string[], by = 1): void {
	const keys = lookUpMetric(metric[name])?.entry.attributes ?? [];
	metrics.bind(metric[name], Object.fromEntries(keys.map((key, index) => [key, values[index] ?? '']))).add(by);
}

function after(milliseconds: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
