import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTelemetryHarness, type TelemetryHarness } from '../../../telemetry-testing/src/index.ts';
import { type MetricDef, noopMetrics, telemetry } from '../../src/index.ts';
import { metric as alpha } from '../../src/registry/alpha/index.ts';
import { BUCKET_FAMILIES, METRIC_CATALOGUE, metricNamed } from '../../src/registry/index.ts';
import { metric as integration } from '../../src/registry/integration/index.ts';

const DEPTH = alpha['pipeline.alpha.buffer.gauge.depth'];
const [GAUGE] = Object.entries(integration).filter(([name]) => METRIC_CATALOGUE[name]?.kind === 'gauge');

describe('metrics on OpenTelemetry', () => {
	let harness: TelemetryHarness;
	beforeEach(() => {
		harness = createTelemetryHarness();
	});
	afterEach(() => harness.shutdown());

	it('every kind does what it is for, with unit and buckets of the registry', async () => {
		const { metrics } = telemetry;
		const overflows = metrics.bind(alpha['pipeline.alpha.buffer.counter.overflow_events_total'], {});
		overflows.add(1);
		overflows.add(2);
		const inProgress = metrics.bind(alpha['pipeline.alpha.adapter.updowncounter.records_in_progress'], {});
		inProgress.add(5);
		inProgress.add(-2);
		const gauge = metrics.bind(GAUGE?.[1] as MetricDef, { 'pipeline.edge': 'ALPHA_BETA' });
		gauge.record(4);
		gauge.record(3);
		const sizes = metrics.bind(alpha['pipeline.alpha.parser.histogram.record_size_bytes'], {
			'pipeline.source_type': 'FILE',
		});
		sizes.record(100);
		sizes.record(1_000);
		metrics.observe(DEPTH, (observe) => observe(7));
		const points = (await harness.metrics()).map(({ name, unit, value, count, boundaries, attributes }) => [
			name,
			unit,
			value,
			count,
			boundaries,
			attributes,
		]);
		expect(Object.fromEntries(points.map(([name, ...point]) => [name, point]))).toEqual({
			'pipeline.alpha.buffer.counter.overflow_events_total': ['{event}', 3, undefined, undefined, {}],
			'pipeline.alpha.adapter.updowncounter.records_in_progress': ['{record}', 3, undefined, undefined, {}],
			[GAUGE?.[0] ?? '']: [expect.any(String), 3, undefined, undefined, { 'pipeline.edge': 'ALPHA_BETA' }],
			'pipeline.alpha.parser.histogram.record_size_bytes': [
				'By',
				1_100,
				2,
				[...BUCKET_FAMILIES.bytes],
				{ 'pipeline.source_type': 'FILE' },
			],
			'pipeline.alpha.buffer.gauge.depth': ['{record}', 7, undefined, undefined, {}],
		});
	});

	it('every metric of the catalogue can be had', async () => {
		for (const [name, { kind }] of Object.entries(METRIC_CATALOGUE)) {
			const definition = metricNamed(name) as MetricDef;
			if (kind === 'observable_gauge') telemetry.metrics.observe(definition, (observe) => observe(1));
			else if (kind === 'counter' || kind === 'updowncounter') telemetry.metrics.bind(definition, {}).add(1);
			else telemetry.metrics.bind(definition, {}).record(1);
		}
		const points = await harness.metrics();
		expect(new Set(points.map(({ name }) => name))).toEqual(new Set(Object.keys(METRIC_CATALOGUE)));
	});

	it('a gauge is asked at each collection until it is let go, and reports finite values only', async () => {
		let asked = 0;
		const stop = telemetry.metrics.observe(DEPTH, (observe) => {
			asked++;
			observe(Number.NaN);
			observe(Number.POSITIVE_INFINITY);
		});
		expect(await harness.metrics()).toEqual([]);
		await harness.metrics();
		stop();
		await harness.metrics();
		expect(asked).toBe(2);
	});

	it('what the registry does not know, or has as another kind, is not measured', async () => {
		const { metrics } = telemetry;
		metrics.bind(999_999 as MetricDef, {}).add(1);
		metrics.bind(DEPTH, {}).record(1);
		for (const definition of [999_999 as MetricDef, alpha['pipeline.alpha.buffer.counter.overflow_events_total']]) {
			metrics.observe(definition, () => expect.unreachable())();
		}
		expect(await harness.metrics()).toEqual([]);
	});

	it('switched off, handles and observers do nothing', () => {
		const handle = noopMetrics.bind(DEPTH, {});
		handle.add(1);
		handle.record(1);
		expect(noopMetrics.observe(DEPTH, () => expect.unreachable())()).toBeUndefined();
	});
});
