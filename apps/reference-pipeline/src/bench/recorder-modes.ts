import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { context, logs, metrics, type ProxyTracerProvider, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { noopEventSink, noopTracer, type Telemetry, telemetry, uninstallTelemetry } from '@pipeline/telemetry-core';
import { PROFILES, TelemetryProvider, type TelemetryProviderOptions } from '@pipeline/telemetry-sdk';
import { LocalSink } from './local-sink.ts';
import { type OverheadMode, reinstall } from './overhead-mode.ts';

/** Every record by the flight recorder, every span exported over OTLP to a receiver in another process; no audit spool. */
export const recorderDev = (): Promise<OverheadMode> => recorderMode({ profile: 'dev', receipts: counting(1) });

/** Every record by the flight recorder; spans of a tenth of them, and of those that fail or are slow. Audit of every record on disk. */
export const recorderProd = (): Promise<OverheadMode> => recorderMode({ profile: 'prod' });

/** The same without audit, lineage and events: what is left are traces, metrics and log lines. */
export const recorderWithoutAudit = (): Promise<OverheadMode> => {
	const { ratio, detail, logLevel: level, logsPerSecond: perSecond } = PROFILES.prod;
	const options = { profile: 'dev', ratio, detail, logs: { level, perSecond }, receipts: counting(1) } as const;
	return recorderMode(options, { events: noopEventSink });
};

/** Metrics of every record, spans of batches; no record is followed. */
export const metricsOnly = (): Promise<OverheadMode> =>
	recorderMode({ profile: 'dev', receipts: counting(0) }, { tracer: noopTracer, events: noopEventSink }, false);

/** Takes the place of audit, and knows that every record came by. */
class ReceiptCounter {
	readonly perRecord: number;
	count = 0;

	constructor(perRecord: number) {
		this.perRecord = perRecord;
	}

	receipt(): void {
		this.count++;
	}
}

const counting = (perRecord: number) => new ReceiptCounter(perRecord);

async function recorderMode(
	options: TelemetryProviderOptions & { readonly receipts?: ReceiptCounter },
	others: Partial<Telemetry> = {},
	hasLogs = true,
): Promise<OverheadMode> {
	const { receipts } = options;
	const sink = await LocalSink.start();
	const path = mkdtempSync(join(tmpdir(), 'pipeline-overhead-audit-'));
	let seen = 0;
	let audited = 0;
	const env = { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: sink.url };
	const audit = receipts === undefined ? { path } : { enabled: false };
	let lines = 0;
	const provider = new TelemetryProvider({ ...options, env, audit, logLines: { write: () => void lines++ } });
	if (!(await provider.start())) throw new Error('telemetry could not be switched on');
	const moduleLogs = await provider.logs();
	// The spool's thread has started then: that is no cost of records.
	await provider.forceFlush();
	const install = reinstall({ ...telemetry, ...others });
	const tracers = (trace.getTracerProvider() as ProxyTracerProvider).getDelegate();
	const contextManager = new AsyncLocalStorageContextManager();
	const stop = () => {
		uninstallTelemetry();
		trace.disable();
		context.disable();
	};
	stop();
	return {
		...(hasLogs && { logs: moduleLogs }),
		start() {
			trace.setGlobalTracerProvider(tracers);
			context.setGlobalContextManager(contextManager.enable());
			install();
		},
		stop,
		flush: async () => void (await provider.forceFlush()),
		async verify(records) {
			await provider.forceFlush();
			if (receipts === undefined) audited = verifyAudit(provider, audited, records);
			else verifyReceipts(receipts, records);
			const { requests } = await sink.received();
			if (requests <= seen) throw new Error('nothing arrived at the receiver');
			seen = requests;
			if (hasLogs && lines === 0) throw new Error('no module has written a line');
		},
		async close() {
			await provider.shutdown();
			// The next mode of this process registers providers of its own.
			for (const api of [context, logs, metrics, trace]) api.disable();
			sink.stop();
			rmSync(path, { recursive: true, force: true });
		},
	};
}

function verifyReceipts(receipts: ReceiptCounter, records: number): void {
	const expected = records * receipts.perRecord;
	if (receipts.count !== expected)
		throw new Error(`${receipts.count} of ${expected} records were followed to their end`);
	receipts.count = 0;
}

/** Every record has its receipt in the spool, and batches have events beside them. @returns entries so far */
function verifyAudit({ audit }: TelemetryProvider, before: number, records: number): number {
	const appended = audit?.appended ?? 0;
	if (appended - before < records) throw new Error(`${appended - before} entries of audit about ${records} records`);
	if (audit?.durable !== appended) throw new Error(`${audit?.durable} of ${appended} entries of audit are on disk`);
	return appended;
}
