import { context, logs, metrics, type ProxyTracerProvider, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import { installTelemetry, telemetry, uninstallTelemetry } from '@pipeline/telemetry-core';
import { type ProfileName, TelemetryProvider } from '@pipeline/telemetry-sdk';
import { LocalSink } from './local-sink.ts';
import type { OverheadMode } from './overhead-mode.ts';

const COMPLETED = '.trace.trace.completed';

/** Every record by the flight recorder, every span exported over OTLP to a receiver in another process. */
export const recorderDev = (): Promise<OverheadMode> => recorderMode('dev');

/** Every record by the flight recorder; spans of a tenth of them, and of those that fail or are slow. */
export const recorderProd = (): Promise<OverheadMode> => recorderMode('prod');

async function recorderMode(profile: ProfileName): Promise<OverheadMode> {
	const sink = await LocalSink.start();
	process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = sink.url;
	let completions = 0;
	let seen = 0;
	const counter: LogRecordProcessor = {
		onEmit(record) {
			if (record.eventName?.endsWith(COMPLETED)) completions++;
		},
		forceFlush: async () => {},
		shutdown: async () => {},
	};
	const provider = new TelemetryProvider({ profile, logRecordProcessors: [counter] });
	if (!(await provider.start())) throw new Error('telemetry could not be switched on');
	// The same recorder, sinks and instruments each time: making them anew would be part of the measurement.
	const { epoch: _, ...parts } = telemetry;
	const tracers = (trace.getTracerProvider() as ProxyTracerProvider).getDelegate();
	const contextManager = new AsyncLocalStorageContextManager();
	const stop = () => {
		uninstallTelemetry();
		trace.disable();
		context.disable();
	};
	stop();
	return {
		start() {
			trace.setGlobalTracerProvider(tracers);
			context.setGlobalContextManager(contextManager.enable());
			installTelemetry(parts);
		},
		stop,
		flush: async () => void (await provider.forceFlush()),
		async verify(expected) {
			await provider.forceFlush();
			const counted = completions;
			completions = 0;
			if (counted !== expected) throw new Error(`${counted} of ${expected} completions were emitted`);
			const requests = await sink.requests();
			if (requests <= seen) throw new Error('nothing arrived at the receiver');
			seen = requests;
		},
		async close() {
			await provider.shutdown();
			// The next mode of this process registers providers of its own.
			for (const api of [context, logs, metrics, trace]) api.disable();
			sink.stop();
		},
	};
}
