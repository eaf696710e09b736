import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exponentialQuantile, mergedBuckets } from '../../src/metrics/exponential-quantile.ts';
import { metricSeries } from '../../src/metrics/metric-series.ts';
import { TenantScope } from '../../src/tenancy/tenant-scope.ts';
import { openTestDatabase } from '../open-test-database.ts';
import { insertPoints, rangeOf, timeAt } from './metric-rows.ts';

const SCOPE = TenantScope.of('default');

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
	database = await openTestDatabase();
	const wait = { name: 'wait', scale: 0 };
	await insertPoints(database, 'exponential_histogram', [
		{ ...wait, at: -10, counts: [5, 5], sum: 25 },
		// Buckets move: these begin at a half.
		{ ...wait, at: 10, counts: [0, 15, 5], offset: -1, sum: 40 },
		{ ...wait, at: 20, counts: [0, 15, 5], offset: -1, sum: 40, zeros: 2, below: [1] },
		{ ...wait, at: 30, counts: [30], scale: -1, sum: 90 },
		{ ...wait, at: 70, counts: [34], scale: -1, sum: 99 },
		{ ...wait, at: 80, counts: [1], scale: -1, sum: 3 },
		{ ...wait, at: 10, counts: [4], isDelta: true, sum: 6, attributes: { queue: 'b' } },
		{ ...wait, at: 10, counts: [4], isDelta: true, sum: 6, scale: 1, attributes: { queue: 'c' } },
		{ ...wait, at: 10, counts: [99], isDelta: true, sum: 6, attributes: { 'pipeline.tenant': 't_a' } },
	]);
});
afterAll(() => database[Symbol.asyncDispose]());

const seriesOf = (groupBy: readonly string[], scope = SCOPE, step: 'raw' | '1m' = 'raw', quantiles = [0.5, 1]) =>
	metricSeries(database, scope, { name: 'wait', timeRange: rangeOf(0, 120), step, groupBy, quantiles });

it('takes cumulative points apart, also when buckets move, the scale changes and the process begins anew', async () => {
	const [own] = await seriesOf(['queue']);
	expect(own).toMatchObject({ kind: 'exponential_histogram', attributes: { queue: '' } });
	expect(own?.points).toEqual([
		{ time: timeAt(10), count: 10, sum: 15, quantiles: { '0.5': 1.5, '1': 2 } },
		{ time: timeAt(20), count: 3, sum: 0, quantiles: { '0.5': 0, '1': 0 } },
		{ time: timeAt(70), count: 4, sum: 9, quantiles: { '0.5': 2.5, '1': 4 } },
		{ time: timeAt(80), count: 1, sum: 3, quantiles: { '0.5': 2.5, '1': 4 } },
	]);
});

it('adds series of different scales up', async () => {
	const [all] = await seriesOf([], SCOPE, '1m');
	expect(all?.points).toMatchObject([
		{ time: timeAt(0), count: 21, sum: 27 },
		{ time: timeAt(60), count: 5, sum: 12 },
	]);
	expect(await seriesOf([], TenantScope.of('t_a'))).toMatchObject([{ points: [{ count: 99 }] }]);
});

const counts = fc.array(fc.tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: 1, max: 9 })), { maxLength: 8 });
const histogram = fc.record({
	scale: fc.integer({ min: -2, max: 3 }),
	positive: counts.map((entries) => new Map(entries)),
	negative: counts.map((entries) => new Map(entries)),
	zeros: fc.nat(3),
});
const share = fc.double({ min: 0, max: 1, noNaN: true });

it('keeps every count when histograms are added, and rises with the share', () => {
	const total = ({
		positive,
		negative,
		zeros,
	}: {
		positive: ReadonlyMap<number, number>;
		negative: ReadonlyMap<number, number>;
		zeros: number;
	}) => [...positive.values(), ...negative.values(), zeros].reduce((sum, count) => sum + count, 0);
	fc.assert(
		fc.property(fc.array(histogram, { minLength: 1, maxLength: 4 }), share, share, (histograms, one, other) => {
			const merged = mergedBuckets(histograms);
			expect(total(merged)).toBe(histograms.reduce((sum, each) => sum + total(each), 0));
			expect(merged.scale).toBe(Math.min(...histograms.map(({ scale }) => scale)));
			const [low, high] = [Math.min(one, other), Math.max(one, other)].map((each) => exponentialQuantile(each, merged));
			if (total(merged) === 0) expect(low).toBeUndefined();
			else expect(low).toBeLessThanOrEqual(high as number);
		}),
	);
});

it('lies in the bucket of the value that has so many below it', () => {
	fc.assert(
		fc.property(
			fc.array(fc.double({ min: 0.01, max: 1_000, noNaN: true }), { minLength: 1, maxLength: 40 }),
			share,
			(values, each) => {
				const base = 2 ** 0.25;
				const positive = new Map<number, number>();
				const indexOf = (value: number) => Math.ceil(Math.log(value) / Math.log(base)) - 1;
				for (const value of values) positive.set(indexOf(value), (positive.get(indexOf(value)) ?? 0) + 1);
				const found = exponentialQuantile(each, { scale: 2, positive, negative: new Map(), zeros: 0 }) as number;
				const exact = values.toSorted((one, other) => one - other)[
					Math.max(0, Math.ceil(each * values.length) - 1)
				] as number;
				// Base to a bucket is 19 %; rounding may put a value at its edge into the next.
				expect(found / exact).toBeGreaterThan(1 / base / base);
				expect(found / exact).toBeLessThan(base * base);
			},
		),
	);
});
