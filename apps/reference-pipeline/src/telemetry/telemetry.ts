import {
	AggregationTemporality,
	type DataPoint,
	InMemoryMetricExporter,
	PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { ParentBasedSampler, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace';
import { identityIdGenerator } from '@pipeline/telemetry-core';
import { METRIC_CATALOGUE } from '@pipeline/telemetry-core/registry';
import { PROFILE_RATIOS, type ProfileName, type Role } from '../run/run-options.ts';
import { type EventFacts, EventLedger } from './event-ledger.ts';
import { exportersFromEnvironment } from './exporters.ts';
import { instrumentModules } from './instrument-modules.ts';
import { SpanLedger } from './span-ledger.ts';

const CHECKS = 'pipeline.integration.context.counter.propagation_checks_total';

/** What one process emitted. Plain data: it crosses process boundaries. */
export interface TelemetryFacts {
	readonly spans: number;
	readonly rows: Uint32Array;
	readonly events: EventFacts;
	readonly metricNames: readonly string[];
	readonly unknownMetrics: readonly string[];
	readonly restored: number;
	readonly regenerated: number;
}

/** Telemetry of one process. */
export interface RunningTelemetry {
	/** Collects metrics once and says what was emitted. */
	facts(): Promise<TelemetryFacts>;
	shutdown(): Promise<void>;
}

/** Switches telemetry on with the plain OpenTelemetry SDK. @returns undefined when the profile is `off` */
export async function startTelemetry(
	profile: ProfileName,
	role: Role | 'pipeline',
): Promise<RunningTelemetry | undefined> {
	if (profile === 'off') return undefined;
	const spans = new SpanLedger();
	const events = new EventLedger();
	const memory = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
	const reader = new PeriodicExportingMetricReader({ exporter: memory, exportIntervalMillis: 2 ** 31 - 1 });
	const exporters = await exportersFromEnvironment();
	process.env['PIPELINE_MODE'] ??= profile;
	const instrumentations = await instrumentModules();
	const sdk = new NodeSDK({
		serviceName: `pipeline-${role}`,
		autoDetectResources: false,
		sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(PROFILE_RATIOS[profile]) }),
		idGenerator: identityIdGenerator(),
		spanProcessors: [spans, ...exporters.spans],
		logRecordProcessors: [events, ...exporters.logs],
		metricReaders: [reader, ...exporters.metrics],
		instrumentations,
	});
	sdk.start();
	return {
		async facts() {
			memory.reset();
			await reader.forceFlush();
			const points = memory.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
			const names = [...new Set(points.map(({ descriptor }) => descriptor.name))].filter((name) =>
				name.startsWith('pipeline.'),
			);
			const checks = points
				.filter(({ descriptor }) => descriptor.name === CHECKS)
				.flatMap(({ dataPoints }) => dataPoints as DataPoint<number>[]);
			const checked = (result: string) =>
				checks.reduce((sum, { attributes, value }) => sum + (attributes['pipeline.result'] === result ? value : 0), 0);
			return {
				spans: spans.spans,
				rows: spans.rows(),
				events: events.facts(),
				metricNames: names,
				unknownMetrics: names.filter((name) => !(name in METRIC_CATALOGUE)),
				restored: checked('RESTORED'),
				regenerated: checked('REGENERATED') + checked('MALFORMED'),
			};
		},
		shutdown: () => sdk.shutdown(),
	};
}
