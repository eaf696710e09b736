import { type MetricDef, noopMetrics } from '@pipeline/telemetry-core';
import { metric as alpha } from '@pipeline/telemetry-core/alpha';
import { metric as integration } from '@pipeline/telemetry-core/integration';
import { afterEach, describe, expect, it } from 'vitest';
import { BoundMetrics, type BoundMetricsOptions, createMetricProducer } from '../../src/metrics/index.ts';
import { periodicReader, pointsOf, scopeOf, valuesOf } from './readers.ts';

const COUNTER = alpha['pipeline.alpha.connection.counter.idle_closed_total'];
const IN_PROGRESS = alpha['pipeline.alpha.adapter.updowncounter.records_in_progress'];
const SIZES = alpha['pipeline.alpha.parser.histogram.record_size_bytes'];
const DELAY = integration['pipeline.integration.backpressure.gauge.recommended_delay_seconds'];
const DEPTH = alpha['pipeline.alpha.buffer.gauge.depth'];
const DROPPED = 'pipeline.telemetry.events.counter.events_dropped_total';
const OVERFLOW = 'pipeline.telemetry.cardinality.counter.overflow_total';
const INVALID = 'signal=METRICS,reason=INVALID';

const source = (id: string) => ({ 'pipeline.source_id': id });

describe('BoundMetrics', () => {
	let close = async () => {};
	afterEach(() => close());

	function start(options: BoundMetricsOptions = {}) {
		const metrics = new BoundMetrics(options);
		const reader = periodicReader([createMetricProducer(metrics, { scopeOf })]);
		close = reader.shutdown;
		return { metrics, export: reader.export };
	}

	it('every kind keeps what it is for', async () => {
		const { metrics, export: collect } = start();
		metrics.bind(COUNTER, source('a')).add(2);
		metrics.bind(COUNTER, source('a')).add(0.5);
		metrics.bind(IN_PROGRESS, {}).add(5);
		metrics.bind(IN_PROGRESS, {}).add(-7);
		metrics.bind(DELAY, { 'pipeline.edge': 'ALPHA_BETA' }).record(4);
		metrics.bind(DELAY, { 'pipeline.edge': 'ALPHA_BETA' }).record(-3);
		for (const size of [64, 65, 1e9]) metrics.bind(SIZES, {}).record(size);
		metrics.observe(DEPTH, (observe) => observe(7));
		expect(pointsOf(await collect()).map(({ name, value }) => [name.split('.').at(-1), value])).toEqual([
			['idle_closed_total', 2.5],
			['records_in_progress', -2],
			[
				'record_size_bytes',
				{
					buckets: { boundaries: expect.any(Array), counts: [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1] },
					count: 3,
					sum: 1e9 + 129,
					min: 64,
					max: 1e9,
				},
			],
			['depth', 7],
			['recommended_delay_seconds', -3],
		]);
	});

	it('a handle may be told with either word', async () => {
		const { metrics, export: collect } = start();
		for (const metric of [COUNTER, IN_PROGRESS, DELAY]) {
			metrics.bind(metric, {}).add(1);
			metrics.bind(metric, {}).record(2);
		}
		metrics.bind(SIZES, {}).add(2);
		const values = pointsOf(await collect()).map(({ value }) => (typeof value === 'number' ? value : undefined));
		expect(values).toEqual([3, 3, undefined, 2]);
	});

	it('one metric with one attribute set is one handle, whatever the order of its keys', () => {
		const { metrics } = start();
		const twoKeys = alpha['pipeline.alpha.parser.counter.parse_errors_total'];
		const handle = metrics.bind(twoKeys, { 'pipeline.source_id': 'a', 'pipeline.format': 'CSV' });
		expect(metrics.bind(twoKeys, { 'pipeline.format': 'CSV', 'pipeline.source_id': 'a' })).toBe(handle);
		expect(metrics.bind(twoKeys, { 'pipeline.format': 'XML', 'pipeline.source_id': 'a' })).not.toBe(handle);
		// Not by its text: a value may contain what separates two others.
		const tricky = ['a","pipeline.format', 'a'].map((id) => metrics.bind(twoKeys, source(id)));
		expect(tricky[0]).not.toBe(tricky[1]);
	});

	it('what was bound and never measured is not exported; a measured zero is', async () => {
		const { metrics, export: collect } = start();
		for (const metric of [COUNTER, IN_PROGRESS, SIZES, DELAY]) metrics.bind(metric, {});
		expect(pointsOf(await collect())).toEqual([]);
		for (const metric of [COUNTER, IN_PROGRESS]) metrics.bind(metric, {}).add(-0);
		for (const metric of [SIZES, DELAY]) metrics.bind(metric, {}).record(0);
		expect(pointsOf(await collect())).toHaveLength(4);
	});

	it('handles keep their values while others are added', async () => {
		const { metrics, export: collect } = start({ maxSeriesPerMetric: 1e6, maxSeries: 1e6 });
		const handles = Array.from({ length: 3_000 }, (_, at) => metrics.bind(COUNTER, source(`s${at}`)));
		const histograms = Array.from({ length: 300 }, (_, at) => metrics.bind(SIZES, { 'pipeline.source_type': `${at}` }));
		handles.forEach((handle, at) => {
			handle.add(at);
		});
		histograms.forEach((handle, at) => {
			handle.record(at);
		});
		const points = pointsOf(await collect());
		const counted = points.slice(0, 3_000).map(({ value }) => value);
		expect(counted).toEqual(counted.map((_, at) => at));
		const recorded = points.slice(3_000).map(({ value }) => value as { sum: number; count: number });
		expect(recorded.map(({ sum, count }) => [sum, count])).toEqual(recorded.map((_, at) => [at, 1]));
		expect(recorded).toHaveLength(300);
	});

	it('ignores and counts what is no number a metric can have', async () => {
		const { metrics, export: collect } = start();
		const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, '5', 5n, undefined, {}] as number[];
		for (const value of [...values, -1]) metrics.bind(COUNTER, {}).add(value);
		for (const value of [...values, -1]) metrics.bind(SIZES, {}).record(value);
		for (const value of values) metrics.bind(IN_PROGRESS, {}).add(value);
		for (const value of values) metrics.bind(DELAY, {}).record(value);
		const collected = await collect();
		expect(pointsOf(collected)).toEqual([]);
		expect(valuesOf(collected, DROPPED)).toEqual({ [INVALID]: 30 });
	});

	it('attribute values that are no text, or no Unicode, do no harm', async () => {
		const { metrics, export: collect } = start();
		const values = ['\ud800', '\ud801', 7, undefined, { toString: () => expect.unreachable() }] as string[];
		for (const value of values) metrics.bind(COUNTER, source(value)).add(1);
		expect(valuesOf(await collect(), 'pipeline.alpha.connection.counter.idle_closed_total')).toEqual({
			'source_id=\ufffd': 2,
			'source_id=__other__': 3,
		});
	});

	it('the last attribute set within the limit is kept apart, the next ones are __other__', async () => {
		const { metrics, export: collect } = start({ maxSeriesPerMetric: 3 });
		for (const id of ['a', 'b', '__other__', 'c', 'd', 'a']) metrics.bind(COUNTER, source(id)).add(1);
		const collected = await collect();
		expect(valuesOf(collected, 'pipeline.alpha.connection.counter.idle_closed_total')).toEqual({
			'source_id=a': 2,
			'source_id=b': 1,
			'source_id=__other__': 3,
		});
		expect(valuesOf(collected, OVERFLOW)).toEqual({ 'attribute=pipeline.source_id': 2 });
	});

	it('all metrics together have a limit too, and each can still be measured', async () => {
		const { metrics, export: collect } = start({ maxSeries: 3 });
		for (const id of ['a', 'b', 'c', 'd']) metrics.bind(COUNTER, source(id)).add(1);
		metrics.bind(SIZES, { 'pipeline.source_type': 'FILE' }).record(1);
		metrics.bind(IN_PROGRESS, {}).add(1);
		// One is the count of invalid measurements.
		expect(pointsOf(await collect()).map(({ attributes }) => Object.values(attributes))).toEqual([
			['a'],
			['b'],
			['__other__'],
			['__other__'],
			[],
		]);
	});

	it('keys that the registry does not know are no label of their own when they overflow', async () => {
		const { metrics, export: collect } = start({ maxSeriesPerMetric: 1 });
		for (let at = 0; at < 100; at++) metrics.bind(COUNTER, { [`key-${at}`]: 'x' }).add(1);
		expect(valuesOf(await collect(), OVERFLOW)).toMatchObject({ 'attribute=__other__': 100 });
	});

	it('a metric that the registry does not know, or has as another kind, is not measured', async () => {
		const { metrics, export: collect } = start();
		const unknown = 999_999 as MetricDef;
		expect(metrics.bind(unknown, {})).toBe(noopMetrics.bind(unknown, {}));
		metrics.bind(DEPTH, {}).record(1);
		for (const metric of [unknown, COUNTER]) metrics.observe(metric, () => expect.unreachable())();
		expect(pointsOf(await collect())).toEqual([]);
	});
});

describe('observers', () => {
	let close = async () => {};
	afterEach(() => close());

	function start(options: BoundMetricsOptions = {}) {
		const metrics = new BoundMetrics(options);
		const producer = createMetricProducer(metrics, { scopeOf });
		const reader = periodicReader([producer]);
		close = reader.shutdown;
		return {
			metrics,
			producer,
			depths: async () => valuesOf(await reader.export(), 'pipeline.alpha.buffer.gauge.depth'),
		};
	}

	it('are asked at each collection until they are let go', async () => {
		const { metrics, depths } = start();
		let depth = 0;
		const stop = metrics.observe(DEPTH, (observe) => observe(++depth));
		expect([await depths(), await depths()]).toEqual([{ '': 1 }, { '': 2 }]);
		stop();
		expect(await depths()).toEqual({});
	});

	it('of two that give the same attribute set the last one counts; letting one go keeps the other', async () => {
		const { metrics, depths } = start();
		const observer = (observe: (value: number) => void) => observe(1);
		const stop = metrics.observe(DEPTH, observer);
		metrics.observe(DEPTH, observer);
		metrics.observe(DEPTH, (observe) => observe(2));
		expect(await depths()).toEqual({ '': 2 });
		stop();
		expect(await depths()).toEqual({ '': 2 });
	});

	it('one that throws or rejects breaks no collection, and is counted', async () => {
		const { metrics, producer } = start();
		metrics.observe(DEPTH, (observe) => {
			observe(1, source('before'));
			throw new Error('not today');
		});
		metrics.observe(DEPTH, (async () => {
			throw new Error('nor later');
		}) as () => void);
		metrics.observe(DEPTH, (observe) => observe(3, null as never));
		metrics.observe(DEPTH, (observe) => observe(2, source('other')));
		const first = await producer.collect();
		expect(valuesOf(first.resourceMetrics, 'pipeline.alpha.buffer.gauge.depth')).toEqual({
			'source_id=before': 1,
			'source_id=other': 2,
		});
		expect(first.errors.map(String)).toEqual([
			'Error: not today',
			expect.stringMatching(/^TypeError/),
			'Error: nor later',
		]);
		const second = await producer.collect();
		expect(valuesOf(second.resourceMetrics, DROPPED)).toEqual({ [INVALID]: 3 });
	});

	it('values that are not finite or come late are counted', async () => {
		const { metrics, producer, depths } = start();
		let late: (value: number) => void = () => {};
		const stop = metrics.observe(DEPTH, (observe) => {
			late = observe;
			observe(Number.NaN);
		});
		expect(await depths()).toEqual({});
		stop();
		late(5);
		expect(await depths()).toEqual({});
		expect(valuesOf((await producer.collect()).resourceMetrics, DROPPED)).toEqual({ [INVALID]: 2 });
	});

	it('have the same limit as bound metrics', async () => {
		const { metrics, producer } = start({ maxSeriesPerMetric: 3 });
		metrics.observe(DEPTH, (observe) => {
			for (const [at, id] of ['a', 'b', 'c', 'd', 'a'].entries()) observe(at, source(id));
		});
		const { resourceMetrics } = await producer.collect();
		expect(valuesOf(resourceMetrics, 'pipeline.alpha.buffer.gauge.depth')).toEqual({
			'source_id=a': 4,
			'source_id=b': 1,
			'source_id=__other__': 3,
		});
		expect(valuesOf((await producer.collect()).resourceMetrics, OVERFLOW)).toEqual({ 'attribute=__other__': 4 });
	});
});
