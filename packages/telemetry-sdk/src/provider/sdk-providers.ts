import {
	context,
	DiagConsoleLogger,
	DiagLogLevel,
	diag,
	logs,
	metrics,
	propagation,
	type TextMapPropagator,
	trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { type Instrumentation, registerInstrumentations } from '@opentelemetry/instrumentation';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { type IMetricReader, MeterProvider, type MeterProviderOptions } from '@opentelemetry/sdk-metrics';
import { TracerProvider, type TracerProviderOptions } from '@opentelemetry/sdk-trace';
import { type Environment, textOf } from '../settings/environment.ts';
import { type ApiGlobal, takenLine } from './taken-globals.ts';

export interface SdkConfiguration {
	readonly traces: TracerProviderOptions;
	readonly logs: ConstructorParameters<typeof LoggerProvider>[0];
	/** Nothing is measured where nobody reads. */
	readonly metrics: MeterProviderOptions & { readonly readers: readonly IMetricReader[] };
	readonly propagator: TextMapPropagator | undefined;
	readonly instrumentations: readonly Instrumentation[];
	/** `OTEL_LOG_LEVEL`: how much OpenTelemetry says of itself on the console; nothing where it is not set. */
	readonly env: Environment;
}

/** The SDK's providers of the three signals, which the API hands out from now on. */
export interface SdkProviders {
	/** Sends what is there and ends all of them, whichever of them fails; rejects then. */
	shutdown(): Promise<void>;
	/** The API has none any more, and takes others; those that somebody else has registered stay. */
	unregister(): void;
}

/**
 * Registers the SDK with the API, as NodeSDK of `@opentelemetry/sdk-node` does. That one loads all exporters, gRPC and a YAML parser with it,
 * whether they are used or not: 4 MB of heap.
 */
export function startSdk(configuration: SdkConfiguration): SdkProviders {
	const { propagator, instrumentations, env } = configuration;
	const level = textOf(env, 'OTEL_LOG_LEVEL')?.toUpperCase();
	if (level !== undefined) diag.setLogger(new DiagConsoleLogger(), { logLevel: diagLevel(level) });
	const undo: (() => void)[] = [];
	const taken: ApiGlobal[] = [];
	const registered = (name: ApiGlobal, api: { disable(): void }, isOurs: boolean) => {
		if (isOurs) undo.push(() => api.disable());
		else taken.push(name);
	};
	registered('context', context, context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
	if (propagator !== undefined) registered('propagation', propagation, propagation.setGlobalPropagator(propagator));
	const hasReaders = configuration.metrics.readers.length > 0;
	const meterProvider = hasReaders ? new MeterProvider(configuration.metrics) : undefined;
	const tracerProvider = new TracerProvider(configuration.traces);
	const loggerProvider = new LoggerProvider(configuration.logs);
	if (meterProvider !== undefined) registered('metrics', metrics, metrics.setGlobalMeterProvider(meterProvider));
	registered('trace', trace, trace.setGlobalTracerProvider(tracerProvider));
	registered('logs', logs, logs.setGlobalLoggerProvider(loggerProvider));
	const line = takenLine(taken);
	if (line !== undefined) console.error(`@pipeline/telemetry-sdk: ${line}`);
	let ended: Promise<void> | undefined;
	const end = async () => {
		const all = [tracerProvider, loggerProvider, meterProvider].map(async (provider) => provider?.shutdown());
		const failed = (await Promise.allSettled(all)).find((result) => result.status === 'rejected');
		if (failed !== undefined) throw failed.reason;
	};
	const providers: SdkProviders = {
		shutdown: () => (ended ??= end()),
		unregister: () => {
			for (const step of undo.splice(0)) step();
		},
	};
	try {
		registerInstrumentations({ instrumentations: [...instrumentations] });
	} catch (error) {
		providers.unregister();
		providers.shutdown().catch(() => {});
		throw error;
	}
	return providers;
}

function diagLevel(name: string): DiagLogLevel {
	return Object.hasOwn(DiagLogLevel, name) ? DiagLogLevel[name as keyof typeof DiagLogLevel] : DiagLogLevel.INFO;
}
