import type { MeterProvider } from '@opentelemetry/api';
import { type MetricDef, type Metrics, OpenTelemetryMetrics } from '@pipeline/telemetry-core';
import { bucketBounds, METRIC_CATALOGUE, type MetricEntry, metricNamed } from '@pipeline/telemetry-core/registry';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundMetrics, createMetricProducer } from '../../src/metrics/index.ts';
import { otlp } from './canonical.ts';
import { periodicReader, prometheusEndpoint, scopeOf } from './readers.ts';

const TIMEOUT_MS = 60_000;

interface Measurement {
	readonly metric: string;
	readonly attributes: Readonly<Record<string, string>>;
	readonly value: number;
}

const NAMES = Object.keys(METRIC_CATALOGUE).filter((name) => !name.startsWith('pipeline.telemetry.'));

const text = fc.oneof(
	fc.constantFrom('a', 'B', 'FILE:1', '__other__', ''),
	fc.string({ unit: 'grapheme', maxLength: 12 }),
	fc.constantFrom('"quoted"', 'back\\slash', 'line\nfeed', '{}=,'),
);

/** Without -0, which the SDK tells from 0 in the extremes of a histogram. */
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);

/** Eighths: their sums are exact in any order. */
const eighths = fc.integer({ min: -80_000, max: 8_000_000 }).map((value) => value / 8);

function valueFor({ buckets }: MetricEntry, anyValue: fc.Arbitrary<number>): fc.Arbitrary<number> {
	const bounds = bucketBounds(buckets) ?? [];
	return bounds.length === 0 ? anyValue : fc.oneof(anyValue, fc.constantFrom(...bounds));
}

function measurements(anyValue: fc.Arbitrary<number>): fc.Arbitrary<Measurement[]> {
	const one = fc.constantFrom(...NAMES).chain((metric) => {
		const entry = METRIC_CATALOGUE[metric] as MetricEntry;
		const keys = fc.subarray([...entry.attributes]);
		const attributes = keys.chain((some) => fc.record(Object.fromEntries(some.map((key) => [key, text]))));
		return fc.record({ metric: fc.constant(metric), attributes, value: valueFor(entry, anyValue) });
	});
	return fc.array(one, { maxLength: 60 }).chain((some) => {
		const again = some.length === 0 ? fc.constant([]) : fc.array(fc.constantFrom(...some), { maxLength: 60 });
		return again.map((repeated) => [...some, ...repeated]);
	});
}

/** Observers are given their values once: of two for one attribute set the last counts in both implementations. */
function apply(metrics: Metrics, all: readonly Measurement[]): void {
	for (const { metric, attributes, value } of all) {
		const definition = metricNamed(metric) as MetricDef;
		const kind = METRIC_CATALOGUE[metric]?.kind;
		if (kind === 'observable_gauge') metrics.observe(definition, (observe) => observe(value, attributes));
		else if (kind === 'counter' || kind === 'updowncounter') metrics.bind(definition, attributes).add(value);
		else metrics.bind(definition, attributes).record(value);
	}
}

function stock(provider: MeterProvider): Metrics {
	return new OpenTelemetryMetrics((base) => {
		const { name, version } = scopeOf(base);
		return provider.getMeter(name, version);
	});
}

describe("bound metrics and the SDK's instruments", () => {
	it(
		'say the same over OTLP, in JSON and in protobuf',
		async () => {
			await fc.assert(
				fc.asyncProperty(measurements(finite), async (all) => {
					const metrics = new BoundMetrics();
					const bound = periodicReader([createMetricProducer(metrics, { scopeOf })]);
					const sdk = periodicReader();
					apply(metrics, all);
					apply(stock(sdk.provider), all);
					expect(otlp(await bound.export())).toEqual(otlp(await sdk.export()));
					await Promise.all([bound.shutdown(), sdk.shutdown()]);
				}),
				{ numRuns: 100 },
			);
		},
		TIMEOUT_MS,
	);

	it(
		'say the same at each of several collections',
		async () => {
			await fc.assert(
				fc.asyncProperty(fc.array(measurements(eighths), { minLength: 2, maxLength: 4 }), async (rounds) => {
					const metrics = new BoundMetrics();
					const bound = periodicReader([createMetricProducer(metrics, { scopeOf })]);
					const sdk = periodicReader();
					const other = stock(sdk.provider);
					for (const all of rounds) {
						apply(metrics, all);
						apply(other, all);
						expect(otlp(await bound.export())).toEqual(otlp(await sdk.export()));
					}
					await Promise.all([bound.shutdown(), sdk.shutdown()]);
				}),
				{ numRuns: 30 },
			);
		},
		TIMEOUT_MS,
	);

	it(
		'say the same to a Prometheus server',
		async () => {
			const lines = (scraped: string) =>
				scraped
					.split('\n')
					.filter((line) => line !== '' && !/^(?:# \w+ )?(?:pipeline_telemetry_|target_info)/.test(line))
					.sort();
			await fc.assert(
				fc.asyncProperty(measurements(finite), async (all) => {
					const metrics = new BoundMetrics();
					const bound = await prometheusEndpoint([createMetricProducer(metrics, { scopeOf })]);
					const sdk = await prometheusEndpoint();
					const sorted = all.map(({ attributes, ...rest }) => ({
						...rest,
						attributes: Object.fromEntries(Object.entries(attributes).sort()),
					}));
					apply(metrics, sorted);
					apply(stock(sdk.provider), sorted);
					// Without a metric the exporter says so; ours always has those about metrics themselves.
					const expected = lines(await sdk.scrape()).filter((line) => line !== '# no registered metrics');
					expect(lines(await bound.scrape())).toEqual(expected);
					await Promise.all([bound.shutdown(), sdk.shutdown()]);
				}),
				{ numRuns: 15 },
			);
		},
		TIMEOUT_MS,
	);
});
