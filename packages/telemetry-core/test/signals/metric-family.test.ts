import { afterEach, describe, expect, it } from 'vitest';
import {
	installTelemetry,
	type MetricAttributes,
	MetricFamily,
	type Metrics,
	uninstallTelemetry,
} from '../../src/index.ts';
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
