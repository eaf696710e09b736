import { AggregationTemporality, type MetricData } from '@opentelemetry/sdk-metrics';
import { type MetricDef, OpenTelemetryMetrics } from '@pipeline/telemetry-core';
import { metric as alpha } from '@pipeline/telemetry-core/alpha';
import { metric as beta } from '@pipeline/telemetry-core/beta';
import { METRIC_CATALOGUE, metricNamed } from '@pipeline/telemetry-core/registry';
import { describe, expect, it } from 'vitest';
import { BoundMetrics, createMetricProducer, type MetricProducerOptions } from '../../src/metrics/index.ts';
import { periodicReader, scopeOf, valuesOf } from './readers.ts';

const COUNTER = alpha['pipeline.alpha.connection.counter.idle_closed_total'];
const SIZES = alpha['pipeline.alpha.parser.histogram.record_size_bytes'];
const IN_PROGRESS = alpha['pipeline.alpha.adapter.updowncounter.records_in_progress'];

function start(options: Partial<MetricProducerOptions> = {}) {
	let now = 1_700_000_000_000;
	const metrics = new BoundMetrics({ now: () => now });
	const producer = createMetricProducer(metrics, { scopeOf, ...options });
	return {
		metrics,
		async collect(afterMs = 1_000) {
			now += afterMs;
			const { resourceMetrics, errors } = await producer.collect();
			const data = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
			const named = (name: string) => data.find(({ descriptor }) => descriptor.name === name) as MetricData;
			return { errors, resourceMetrics, named };
		},
	};
}

const seconds = ({ dataPoints: [point] }: MetricData) => [point?.startTime, point?.endTime];

describe('createMetricProducer', () => {
	it('has a scope for each module, and says of each metric what the registry says', async () => {
		const { metrics, collect } = start();
		metrics.bind(COUNTER, {}).add(1);
		metrics.bind(beta['pipeline.beta.transform.counter.records_transformed_total'], {}).add(1);
		metrics.bind(SIZES, {}).record(1);
		const { scopeMetrics } = (await collect()).resourceMetrics;
		const modules = scopeMetrics.map(({ scope, metrics: data }) => [
			scope.name,
			scope.version,
			data.map(({ descriptor }) => descriptor.name.split('.').at(-1)),
		]);
		expect(modules).toEqual([
			['@pipeline/module-7', '1.0.7', ['memory_bytes']],
			['@pipeline/module-1', '1.0.1', ['idle_closed_total', 'record_size_bytes']],
			['@pipeline/module-2', '1.0.2', ['records_transformed_total']],
		]);
		expect(scopeMetrics[1]?.metrics[0]?.descriptor).toMatchObject({
			unit: METRIC_CATALOGUE['pipeline.alpha.connection.counter.idle_closed_total']?.unit,
			description: METRIC_CATALOGUE['pipeline.alpha.connection.counter.idle_closed_total']?.description,
		});
	});

	it('is cumulative, from the start of counting to the collection', async () => {
		const { metrics, collect } = start();
		metrics.bind(COUNTER, {}).add(1);
		await collect();
		metrics.bind(COUNTER, {}).add(2);
		const counted = (await collect(500)).named('pipeline.alpha.connection.counter.idle_closed_total');
		expect(counted.aggregationTemporality).toBe(AggregationTemporality.CUMULATIVE);
		expect(counted.dataPoints.map(({ value }) => value)).toEqual([3]);
		expect(seconds(counted)).toEqual([
			[1_700_000_000, 0],
			[1_700_000_001, 500_000_000],
		]);
	});

	it('gives a reader that wants deltas what came since its last collection', async () => {
		const { metrics, collect } = start({ temporality: 'delta' });
		const sizes = metrics.bind(SIZES, {});
		metrics.bind(COUNTER, {}).add(1);
		metrics.bind(IN_PROGRESS, {}).add(5);
		sizes.record(100);
		const first = await collect();
		expect(seconds(first.named('pipeline.alpha.connection.counter.idle_closed_total'))).toEqual([
			[1_700_000_000, 0],
			[1_700_000_001, 0],
		]);
		metrics.bind(COUNTER, {}).add(2);
		sizes.record(1);
		sizes.record(70);
		const second = await collect();
		const counted = second.named('pipeline.alpha.connection.counter.idle_closed_total');
		expect([counted.aggregationTemporality, counted.dataPoints[0]?.value, seconds(counted)]).toEqual([
			AggregationTemporality.DELTA,
			2,
			[
				[1_700_000_001, 0],
				[1_700_000_002, 0],
			],
		]);
		expect(second.named('pipeline.alpha.parser.histogram.record_size_bytes').dataPoints[0]?.value).toEqual({
			buckets: { boundaries: expect.any(Array), counts: [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
			count: 2,
			sum: 71,
		});
		const inProgress = second.named('pipeline.alpha.adapter.updowncounter.records_in_progress');
		expect([inProgress.aggregationTemporality, inProgress.dataPoints[0]?.value, seconds(inProgress)[0]]).toEqual([
			AggregationTemporality.CUMULATIVE,
			5,
			[1_700_000_000, 0],
		]);
		const third = await collect();
		expect(third.named('pipeline.alpha.connection.counter.idle_closed_total')).toBeUndefined();
		expect(third.named('pipeline.alpha.parser.histogram.record_size_bytes')).toBeUndefined();
	});

	it('readers do not take from each other', async () => {
		const metrics = new BoundMetrics();
		const readers = [
			periodicReader([createMetricProducer(metrics, { scopeOf })]),
			periodicReader([createMetricProducer(metrics, { scopeOf, temporality: 'delta' })]),
			periodicReader([createMetricProducer(metrics, { scopeOf, temporality: 'delta' })]),
		];
		const name = 'pipeline.alpha.connection.counter.idle_closed_total';
		const rounds: unknown[] = [];
		for (const value of [1, 2]) {
			metrics.bind(COUNTER, {}).add(value);
			for (const reader of readers) rounds.push(valuesOf(await reader.export(), name)['']);
		}
		expect(rounds).toEqual([1, 1, 1, 3, 2, 2]);
		await Promise.all(readers.map((reader) => reader.shutdown()));
	});

	it('deltas are those of the SDK, extremes aside', async () => {
		const metrics = new BoundMetrics();
		const bound = periodicReader([createMetricProducer(metrics, { scopeOf, temporality: 'delta' })]);
		const sdk = periodicReader([], AggregationTemporality.DELTA);
		const stock = new OpenTelemetryMetrics((base) => sdk.provider.getMeter(scopeOf(base).name));
		const withoutExtremes = (value: unknown) =>
			typeof value === 'object' ? { ...value, min: undefined, max: undefined } : value;
		for (const value of [0.5, 8, 300]) {
			for (const each of [metrics, stock]) {
				each.bind(COUNTER, { 'pipeline.source_id': `${value % 2}` }).add(value);
				each.bind(SIZES, {}).record(value);
				each.bind(SIZES, {}).record(2 * value);
			}
			const [ours, theirs] = [await bound.export(), await sdk.export()];
			for (const name of ['connection.counter.idle_closed_total', 'parser.histogram.record_size_bytes']) {
				const [a, b] = [ours, theirs].map((one) => Object.entries(valuesOf(one, `pipeline.alpha.${name}`)));
				const views = [a, b].map((one) => one?.map(([key, each]) => [key, withoutExtremes(each)]));
				expect(views[0]?.length).toBeGreaterThan(0);
				expect(views[0]).toEqual(views[1]);
			}
		}
		await Promise.all([bound.shutdown(), sdk.shutdown()]);
	});

	it('a scope that cannot be told is left empty, and said', async () => {
		const { metrics, collect } = start({
			scopeOf: () => {
				throw new Error('who?');
			},
		});
		metrics.bind(COUNTER, {}).add(1);
		const { errors, resourceMetrics, named } = await collect();
		expect(errors.map(String)).toEqual(['Error: who?', 'Error: who?']);
		expect(resourceMetrics.scopeMetrics[0]?.scope).toEqual({ name: '', version: '' });
		expect(named('pipeline.alpha.connection.counter.idle_closed_total').dataPoints).toHaveLength(1);
	});

	it('every metric of the catalogue reaches a reader', async () => {
		const metrics = new BoundMetrics();
		const reader = periodicReader([createMetricProducer(metrics, { scopeOf })]);
		for (const [name, { kind }] of Object.entries(METRIC_CATALOGUE)) {
			const definition = metricNamed(name) as MetricDef;
			if (kind === 'observable_gauge') metrics.observe(definition, (observe) => observe(1));
			else metrics.bind(definition, {}).add(1);
		}
		const names = (await reader.export()).scopeMetrics.flatMap((scope) =>
			scope.metrics.map((one) => one.descriptor.name),
		);
		expect(new Set(names)).toEqual(new Set(Object.keys(METRIC_CATALOGUE)));
		expect(names).toHaveLength(Object.keys(METRIC_CATALOGUE).length);
		await reader.shutdown();
	});
});
