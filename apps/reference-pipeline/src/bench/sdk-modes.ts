import { type ContextManager, context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import {
	identityIdGenerator,
	noopEventSink,
	OpenTelemetryRecordTracer,
	openTelemetry,
	Projection,
	type Telemetry,
	telemetry,
	uninstallTelemetry,
} from '@pipeline/telemetry-core';
import { LocalSink } from './local-sink.ts';
import { CompletionCounter, type OverheadMode, reinstall } from './overhead-mode.ts';
import {
	headSampled,
	PROD_RATIO,
	plainTracerProvider,
	QUEUE_SIZE,
	type SpanChoice,
	tailFiltered,
} from './plain-sdk.ts';

const METRICS_EVERY_MS = 10_000;
/** Flights are transformed into two schemas. */
const COMPLETIONS = 2;

interface SdkOptions extends SpanChoice {
	/** Audit and other events of every record as log records. */
	readonly hasEvents?: boolean;
	/** Least and greatest share of the records that are exported. */
	readonly share: readonly [least: number, greatest: number];
}

const ALL = [1, 1] as const;
const DRAWN = [PROD_RATIO, PROD_RATIO] as const;
/** On a busy machine any of the others may be slow. */
const AT_LEAST_DRAWN = [PROD_RATIO, 1] as const;

/** Every span, event and metric of every record through the plain SDK, over OTLP (http/protobuf) to a receiver in another process. */
export const sdkWithAudit = (): Promise<OverheadMode> => sdkMode({ hasEvents: true, share: ALL });

/** The same without audit and events. */
export const sdkEverySpan = (): Promise<OverheadMode> => sdkMode({ share: ALL });

/** The same for a tenth of the traces; of the failed ones too. */
export const sdkHeadSampled = (): Promise<OverheadMode> => sdkMode({ ...headSampled(), share: DRAWN });

/** The same for errors, slow traces and a tenth of the others. */
export const sdkTailFiltered = (): Promise<OverheadMode> => sdkMode({ ...tailFiltered(), share: AT_LEAST_DRAWN });

async function sdkMode({ hasEvents = false, share, ...choice }: SdkOptions): Promise<OverheadMode> {
	const sink = await LocalSink.start();
	let seen = 0;
	const completions = new CompletionCounter();
	const exporter = completions.follow(new OTLPTraceExporter({ url: `${sink.url}/v1/traces` }));
	const tracers = plainTracerProvider(exporter, choice, { idGenerator: identityIdGenerator() });
	const logExporter = new OTLPLogExporter({ url: `${sink.url}/v1/logs` });
	const loggers = new LoggerProvider({
		processors: [new BatchLogRecordProcessor({ exporter: logExporter, maxQueueSize: QUEUE_SIZE })],
	});
	const reader = new PeriodicExportingMetricReader({
		exporter: new OTLPMetricExporter({ url: `${sink.url}/v1/metrics` }),
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
	const install = reinstall({ ...telemetry, ...(hasEvents ? {} : withoutEvents()) });
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
			install();
		},
		stop,
		flush: async () => void (await Promise.all([tracers.forceFlush(), loggers.forceFlush()])),
		async verify(records) {
			completions.verify(records, COMPLETIONS, share);
			// Of few records none may be sampled; their metrics arrive all the same.
			await meters.forceFlush();
			const { requests } = await sink.received();
			if (requests <= seen) throw new Error('nothing arrived at the receiver');
			seen = requests;
		},
		async close() {
			await Promise.all([tracers.shutdown(), loggers.shutdown(), meters.shutdown()]);
			sink.stop();
		},
	};
}

function withoutEvents(): Partial<Telemetry> {
	const projection = new Projection((definition) => openTelemetry().tracerOf(definition), noopEventSink);
	return { events: noopEventSink, tracer: new OpenTelemetryRecordTracer({ projection }) };
}
