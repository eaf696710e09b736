import { join } from 'node:path';
import {
	AggregationTemporality,
	type DataPoint,
	InMemoryMetricExporter,
	type MetricProducer,
	PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { ParentBasedSampler, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace';
import { identityIdGenerator, openTelemetry } from '@pipeline/telemetry-core';
import { METRIC_CATALOGUE } from '@pipeline/telemetry-core/registry';
import { createMetricProducer, type ModuleLogs, TelemetryProvider } from '@pipeline/telemetry-sdk';
import { PROFILE_RATIOS, type ProfileName, type Role, type RunOptions } from '../run/run-options.ts';
import { type EventFacts, EventLedger } from './event-ledger.ts';
import { exportersFromEnvironment } from './exporters.ts';
import { instrumentModules } from './instrument-modules.ts';
import { SpanLedger } from './span-ledger.ts';

const LOST = 'pipeline.telemetry.recorder.counter.records_lost_total';
const CHECKS = 'pipeline.integration.context.counter.propagation_checks_total';

/** What one process emitted since it was asked last. Plain data: it crosses process boundaries. */
export interface TelemetryFacts {
	readonly spans: number;
	readonly rows: Uint32Array;
	readonly events: EventFacts;
	readonly metricNames: readonly string[];
	readonly unknownMetrics: readonly string[];
	readonly restored: number;
	readonly regenerated: number;
	/** Records that the recorder could not follow to their end, by reason. */
	readonly lost: Readonly<Record<string, number>>;
}

/** Telemetry of one process. */
export interface RunningTelemetry {
	/** Spans and events that were handed on since the last call, as an exporter would have sent them. */
	emitted(): TelemetryFacts;
	/** The same after everything was handed on, with the metrics of the whole run. */
	facts(): Promise<TelemetryFacts>;
	/** The modules' log; undefined where nobody takes it. */
	readonly logs: ModuleLogs | undefined;
	shutdown(): Promise<void>;
}

/** What a run's checks listen to, whoever records. */
interface Ledgers {
	readonly spans: SpanLedger;
	readonly events: EventLedger;
	readonly memory: InMemoryMetricExporter;
	/** Collects into `memory`. */
	readonly collect: () => Promise<void>;
	readonly logs: ModuleLogs | undefined;
}

/** Folder of the audit spool: all processes of a run share it. */
export const auditPath = (out: string): string => join(out, 'audit');

/** Switches telemetry on. @returns undefined when the profile is `off` */
export async function startTelemetry(
	options: Pick<RunOptions, 'profile' | 'tracer' | 'out' | 'flushTimeoutMs'>,
	role: Role | 'pipeline',
): Promise<RunningTelemetry | undefined> {
	const { profile, tracer = 'recorder' } = options;
	if (profile === 'off') return undefined;
	process.env['PIPELINE_MODE'] ??= profile;
	return tracer === 'sdk' ? startSdk(profile, role) : startRecorder(options, role);
}

/** Records followed by the flight recorder of telemetry-sdk. */
async function startRecorder(
	{ profile, out, flushTimeoutMs }: Pick<RunOptions, 'profile' | 'out' | 'flushTimeoutMs'>,
	role: Role | 'pipeline',
): Promise<RunningTelemetry> {
	const spans = new SpanLedger();
	const events = new EventLedger();
	const memory = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
	let reader: PeriodicExportingMetricReader | undefined;
	const provider = new TelemetryProvider({
		profile,
		serviceName: `pipeline-${role}`,
		audit: { path: auditPath(out) },
		// All modules in one process: what waits in their queues is followed, too.
		slots: 65_536,
		receiptBytes: 67_108_864,
		instrumentations: await instrumentModules(),
		spanSinks: [spans],
		spanProcessors: [spans],
		logRecordProcessors: [events],
		// The terminal is the run's own.
		logLines: { write() {} },
		metricReaders(metrics) {
			const scopeOf = (base: number) => openTelemetry().scopeOf(base);
			reader = inMemoryReader(memory, [createMetricProducer(metrics, { scopeOf })]);
			return [reader];
		},
	});
	if (!(await provider.start())) throw new Error('telemetry could not be switched on');
	const collect = async () => {
		await provider.forceFlush();
		await reader?.forceFlush();
	};
	return running({ spans, events, memory, collect, logs: await provider.logs() }, () => {
		if (flushTimeoutMs !== undefined)
			process.stderr.write('All records are done; what is left of their telemetry is sent\n');
		return provider.shutdown(flushTimeoutMs);
	});
}

/** Records followed by spans of the plain OpenTelemetry SDK. */
async function startSdk(profile: ProfileName, role: Role | 'pipeline'): Promise<RunningTelemetry> {
	const spans = new SpanLedger();
	const events = new EventLedger();
	const memory = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
	const reader = inMemoryReader(memory);
	const exporters = await exportersFromEnvironment();
	const sdk = new NodeSDK({
		serviceName: `pipeline-${role}`,
		autoDetectResources: false,
		sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(PROFILE_RATIOS[profile]) }),
		idGenerator: identityIdGenerator(),
		spanProcessors: [spans, ...exporters.spans],
		logRecordProcessors: [events, ...exporters.logs],
		metricReaders: [reader, ...exporters.metrics],
		instrumentations: await instrumentModules(),
	});
	sdk.start();
	const collect = () => reader.forceFlush();
	return running({ spans, events, memory, collect, logs: undefined }, () => sdk.shutdown());
}

function inMemoryReader(memory: InMemoryMetricExporter, metricProducers: MetricProducer[] = []) {
	return new PeriodicExportingMetricReader({ exporter: memory, exportIntervalMillis: 2 ** 31 - 1, metricProducers });
}

function running({ spans, events, memory, collect, logs }: Ledgers, shutdown: () => Promise<void>): RunningTelemetry {
	const emitted = (): TelemetryFacts => ({
		...spans.take(),
		events: events.take(),
		metricNames: [],
		unknownMetrics: [],
		restored: 0,
		regenerated: 0,
		lost: {},
	});
	return {
		emitted,
		async facts() {
			memory.reset();
			await collect();
			const points = memory.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
			const names = [...new Set(points.map(({ descriptor }) => descriptor.name))].filter((name) =>
				name.startsWith('pipeline.'),
			);
			const count = (metric: string, attribute: string) => {
				const counts: Record<string, number> = {};
				for (const { attributes, value } of points
					.filter(({ descriptor }) => descriptor.name === metric)
					.flatMap(({ dataPoints }) => dataPoints as DataPoint<number>[])) {
					const key = String(attributes[attribute]);
					counts[key] = (counts[key] ?? 0) + value;
				}
				return counts;
			};
			const { RESTORED = 0, REGENERATED = 0, MALFORMED = 0 } = count(CHECKS, 'pipeline.result');
			return {
				...emitted(),
				metricNames: names,
				unknownMetrics: names.filter((name) => !(name in METRIC_CATALOGUE)),
				restored: RESTORED,
				regenerated: REGENERATED + MALFORMED,
				lost: count(LOST, 'pipeline.reason'),
			};
		},
		logs,
		shutdown,
	};
}
