import { afterEach, describe, expect, it } from 'vitest';
import {
	installTelemetry,
	type MetricAttributes,
	MetricFamily,
	type Metrics,
	metricFamily,
	OTHER,
	uninstallTelemetry,
} from '../../src/index.ts';
import { attribute as alphaAttribute, metric as alphaMetric } from '../../src/registry/alpha/index.ts';
import { defineMetrics } from '../../src/registry/define.ts';

const metric = defineMetrics(63, {
	'pipeline.test.a.counter.things_total': {
		kind: 'counter',
		unit: '{thing}',
		description: 'Things.',
		attributes: ['pipeline.one', 'pipeline.two'],
		emitted: 'test',
	},
	'pipeline.test.a.counter.plain_total': {
		kind: 'counter',
		unit: '{thing}',
		description: 'Things.',
		attributes: [],
		emitted: 'test',
	},
});

function install() {
	const bound: MetricAttributes[] = [];
	const added: [MetricAttributes, number][] = [];
	const metrics: Metrics = {
		bind(_metric, attributes) {
			bound.push(attributes);
			return { add: (value) => added.push([attributes, value]), record() {} };
		},
		observe: () => () => {},
	};
	installTelemetry({ metrics });
	return { bound, added };
}

describe('MetricFamily', () => {
	afterEach(() => uninstallTelemetry());

	it('binds each combination once', () => {
		const { bound, added } = install();
		const family = new MetricFamily(metric['pipeline.test.a.counter.things_total']);
		family.of('x', 'y').add(1);
		family.of('x', 'y').add(2);
		family.of('x', 'z').add(4);
		expect(bound).toEqual([
			{ 'pipeline.one': 'x', 'pipeline.two': 'y' },
			{ 'pipeline.one': 'x', 'pipeline.two': 'z' },
		]);
		expect(added.map(([, value]) => value)).toEqual([1, 2, 4]);
	});

	it.each([1, 7, 8, 9, 20])(
		'gives each of %i combinations in turn its own handle, and once more backwards',
		(count) => {
			const { bound, added } = install();
			const family = new MetricFamily(metric['pipeline.test.a.counter.things_total']);
			const values = Array.from({ length: count }, (_, number) => `value ${number}`);
			const asked = [...values, ...values, ...values.toReversed()];
			for (const value of asked) family.of(value, 'y').add(1);
			expect(added.map(([attributes]) => attributes['pipeline.one'])).toEqual(asked);
			expect(bound).toHaveLength(count);
		},
	);

	it('works without attributes', () => {
		const { bound } = install();
		new MetricFamily(metric['pipeline.test.a.counter.plain_total']).of().add(1);
		expect(bound).toEqual([{}]);
	});

	it('reports the value after the cap as __other__, not the one before', () => {
		const { bound } = install();
		const family = new MetricFamily(metric['pipeline.test.a.counter.things_total'], (key) =>
			key === 'pipeline.one' ? 2 : undefined,
		);
		for (const value of ['a', 'b', 'c', 'd', 'a']) family.of(value, 'y').add(1);
		expect(bound.map((attributes) => attributes['pipeline.one'])).toEqual(['a', 'b', '__other__']);
	});

	it('binds again when telemetry was switched', () => {
		const family = new MetricFamily(metric['pipeline.test.a.counter.plain_total']);
		const first = install();
		family.of().add(1);
		const second = install();
		family.of().add(1);
		expect([first.added.length, second.added.length]).toEqual([1, 1]);
	});
});

describe('metricFamily', () => {
	afterEach(() => uninstallTelemetry());

	it('takes its caps from the attributes of the registry', () => {
		const { bound } = install();
		const family = metricFamily(alphaMetric['pipeline.alpha.connection.counter.idle_closed_total'], alphaAttribute);
		for (let at = 0; at <= 100; at++) family.of(`FILE:${at}`).add(1);
		const sources = bound.map((attributes) => attributes['pipeline.source_id']);
		expect([sources.length, sources.slice(-2)]).toEqual([101, ['FILE:99', '__other__']]);
	});

	it('without a cap 80 values are kept apart', () => {
		const { bound } = install();
		const family = metricFamily(metric['pipeline.test.a.counter.things_total'], {});
		for (let at = 0; at <= 80; at++) family.of(`v${at}`, 'y').add(1);
		expect(bound.slice(-2).map((attributes) => attributes['pipeline.one'])).toEqual(['v79', '__other__']);
	});

	it('missing values are __other__, up to four attributes', () => {
		const { bound } = install();
		const four = defineMetrics(62, {
			'pipeline.test.b.counter.wide_total': {
				kind: 'counter',
				unit: '{thing}',
				description: 'Things.',
				attributes: ['pipeline.a', 'pipeline.b', 'pipeline.c', 'pipeline.d'],
				emitted: 'test',
			},
		});
		const family = new MetricFamily(four['pipeline.test.b.counter.wide_total']);
		family.of('1', '2', '3', '4').add(1);
		family.of('1').add(1);
		family.of().add(1);
		expect(bound.map((attributes) => Object.values(attributes))).toEqual([
			['1', '2', '3', '4'],
			['1', OTHER, OTHER, OTHER],
			[OTHER, OTHER, OTHER, OTHER],
		]);
	});

	it('a metric that no registry knows has no attributes', () => {
		const { bound } = install();
		new MetricFamily(999_999 as never).of('x').add(1);
		expect(bound).toEqual([{}]);
	});
});
