/**
 * What one measurement costs: through a bound handle, through a family of them (as instrumentations do), and through the SDK's own
 * instruments with the same attributes. Run: `node bench/metrics.bench.ts [--pairs <n>] [--processes <n>]`
 */
import assert from 'node:assert/strict';
import {
	AggregationTemporality,
	InMemoryMetricExporter,
	MeterProvider,
	type MetricProducer,
	PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { type BenchPlan, type BenchSubject, planSize, runBench } from '@pipeline/bench';
import { installTelemetry, MetricFamily } from '@pipeline/telemetry-core';
import { metric } from '@pipeline/telemetry-core/alpha';
import { BUCKET_FAMILIES } from '@pipeline/telemetry-core/registry';
import { BoundMetrics, createMetricProducer } from '../src/metrics/index.ts';

const COUNTER = 'pipeline.alpha.adapter.counter.fetches_total';
const HISTOGRAM = 'pipeline.alpha.validation.histogram.rule_duration_seconds';
const SERIES = 8;
const VALUES = 4_096;

const attributeSets = Array.from({ length: SERIES }, (_, at) => ({
	'pipeline.source_id': `FILE:${at}`,
	'pipeline.source_type': 'FILE',
	'pipeline.outcome': 'SUCCESS',
}));

const ones = new Float64Array(VALUES).fill(1);
/** Durations of 0.07 to 0.5 ms, as one step has them. */
const usual = Float64Array.from({ length: VALUES }, () => 0.0002 * Math.exp(Math.random() + Math.random() - 1));
/** Over six orders of magnitude: the worst case for finding a bucket. */
const spread = Float64Array.from({ length: VALUES }, () => 10 ** (-4.5 + 6 * Math.random()));

type Instrumented = Pick<BenchSubject, 'verify' | 'close'> & { readonly provider: MeterProvider };

/** A real reader, and the proof that it sees each measurement. */
function instrumented(metricName: string, metricProducers: MetricProducer[] = []): Instrumented {
	const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
	const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 31 - 1, metricProducers });
	const provider = new MeterProvider({ readers: [reader] });
	let before = 0;
	return {
		provider,
		close: () => provider.shutdown(),
		async verify(records) {
			exporter.reset();
			await reader.forceFlush();
			const all = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
			const data = all.find(({ descriptor }) => descriptor.name === metricName);
			const values = (data?.dataPoints ?? []).map(({ value }) => value as number | { count: number });
			const count = values.reduce<number>((sum, value) => sum + (typeof value === 'number' ? value : value.count), 0);
			assert.equal(count - before, records);
			before = count;
		},
	};
}

function boundMetrics(metricName: string): Instrumented & { readonly metrics: BoundMetrics } {
	const metrics = new BoundMetrics();
	const producer = createMetricProducer(metrics, { scopeOf: () => ({ name: 'bench', version: '1' }) });
	return { metrics, ...instrumented(metricName, [producer]) };
}

// Each subject has a loop of its own: one loop for all would be compiled for the mixture.
function readValues(): BenchSubject {
	let read = 0;
	return {
		run(records) {
			let sum = 0;
			for (let at = 0; at < records; at++) sum += ones[at % VALUES]!;
			read += sum;
		},
		verify(records) {
			assert.equal(read, records);
			read = 0;
		},
	};
}

function boundAdd(): BenchSubject {
	const { metrics, ...rest } = boundMetrics(COUNTER);
	const handles = attributeSets.map((attributes) => metrics.bind(metric[COUNTER], attributes));
	return {
		...rest,
		run(records) {
			for (let at = 0; at < records; at++) handles[at % SERIES]!.add(ones[at % VALUES]!);
		},
	};
}

function boundRecord(values: Float64Array): BenchSubject {
	const { metrics, ...rest } = boundMetrics(HISTOGRAM);
	const handles = attributeSets.map((attributes) => metrics.bind(metric[HISTOGRAM], attributes));
	return {
		...rest,
		run(records) {
			for (let at = 0; at < records; at++) handles[at % SERIES]!.record(values[at % VALUES]!);
		},
	};
}

/** As an instrumentation does: the handle is looked up by its three attribute values. */
function familyAdd(): BenchSubject {
	const { metrics, ...rest } = boundMetrics(COUNTER);
	installTelemetry({ metrics });
	const family = new MetricFamily(metric[COUNTER]);
	return {
		...rest,
		run(records) {
			for (let at = 0; at < records; at++) {
				const attributes = attributeSets[at % SERIES]!;
				family
					.of(attributes['pipeline.source_id'], attributes['pipeline.source_type'], attributes['pipeline.outcome'])
					.add(ones[at % VALUES]!);
			}
		},
	};
}

function sdkAdd(): BenchSubject {
	const { provider, ...rest } = instrumented(COUNTER);
	const counter = provider.getMeter('bench').createCounter(COUNTER);
	return {
		...rest,
		run(records) {
			for (let at = 0; at < records; at++) counter.add(ones[at % VALUES]!, attributeSets[at % SERIES]!);
		},
	};
}

function sdkRecord(): BenchSubject {
	const { provider, ...rest } = instrumented(HISTOGRAM);
	const explicitBucketBoundaries = [...BUCKET_FAMILIES.proc];
	const histogram = provider.getMeter('bench').createHistogram(HISTOGRAM, { advice: { explicitBucketBoundaries } });
	return {
		...rest,
		run(records) {
			for (let at = 0; at < records; at++) histogram.record(usual[at % VALUES]!, attributeSets[at % SERIES]!);
		},
	};
}

const plan: BenchPlan = {
	name: 'bound metrics',
	record: 'one measurement of a metric with 3 attributes, 8 attribute sets in turn; the base reads the value only',
	base: readValues,
	modes: {
		'bound add': boundAdd,
		'bound record, usual durations': () => boundRecord(usual),
		'bound record, all buckets': () => boundRecord(spread),
		'family of 3 attributes, add': familyAdd,
		'SDK counter.add': sdkAdd,
		'SDK histogram.record': sdkRecord,
	},
	recordsPerBatch: 100_000,
};

await runBench(plan, import.meta.url, planSize());
