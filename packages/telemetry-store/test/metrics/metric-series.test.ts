import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MetricRequest } from '../../src/metrics/metric-request.ts';
import { metricSeries } from '../../src/metrics/metric-series.ts';
import { TenantScope } from '../../src/tenancy/tenant-scope.ts';
import { openTestDatabase } from '../open-test-database.ts';
import { insertPoints, rangeOf, timeAt } from './metric-rows.ts';

const SCOPE = TenantScope.of('default');
const A = { queue: 'a' };
const B = { queue: 'b' };
const BOUNDS = [10, 20];

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
	database = await openTestDatabase();
	await insertPoints(database, 'gauge', [
		{ name: 'depth', at: 0, value: 2, attributes: A },
		{ name: 'depth', at: 30, value: 4, attributes: A },
		{ name: 'depth', at: 30, value: 10, attributes: B, service: 'other' },
		{ name: 'depth', at: 60, value: 6, attributes: A },
		{ name: 'depth', at: 30, value: 99, attributes: { ...A, 'pipeline.tenant': 't_a' } },
		{ name: 'depth', at: 30, value: 77, attributes: { queue: 'c' }, resource: { 'pipeline.tenant': 't_r' } },
	]);
	await insertPoints(database, 'sum', [
		{ name: 'records', at: -60, value: 100, attributes: A },
		{ name: 'records', at: 0, value: 160, attributes: A },
		{ name: 'records', at: 60, value: 40, attributes: A },
		{ name: 'records', at: 120, value: 100, attributes: A },
		{ name: 'records', at: 60, since: 40, value: 50, attributes: B },
		{ name: 'records', at: 120, since: 40, value: 80, attributes: B },
		{ name: 'shares', at: 60, value: 5, isDelta: true },
		{ name: 'shares', at: 120, value: 7, isDelta: true },
		{ name: 'twins', at: 0, value: 10, resource: { 'service.instance.id': '1' } },
		{ name: 'twins', at: 10, value: 30, resource: { 'service.instance.id': '1' } },
		{ name: 'twins', at: 0, value: 500, resource: { 'service.instance.id': '2' } },
		{ name: 'twins', at: 10, value: 540, resource: { 'service.instance.id': '2' } },
	]);
	await insertPoints(database, 'histogram', [
		{ name: 'wait', at: -10, bounds: BOUNDS, counts: [5, 5, 5], sum: 300, attributes: A },
		{ name: 'wait', at: 10, bounds: BOUNDS, counts: [15, 5, 5], sum: 350, attributes: A },
		{ name: 'wait', at: 70, bounds: BOUNDS, counts: [15, 25, 5], sum: 650, attributes: A },
		{ name: 'wait', at: 80, bounds: BOUNDS, counts: [0, 0, 1], sum: 30, attributes: A },
		{ name: 'wait', at: 10, bounds: BOUNDS, counts: [0, 10, 0], sum: 150, attributes: B, isDelta: true },
		{ name: 'wait', at: 15, bounds: [1], counts: [2, 0], sum: 1, attributes: B, isDelta: true },
		{
			name: 'wait',
			at: 15,
			bounds: BOUNDS,
			counts: [9, 9, 9],
			sum: 1,
			isDelta: true,
			attributes: { ...A, 'pipeline.tenant': 't_a' },
		},
	]);
});
afterAll(() => database[Symbol.asyncDispose]());

const seriesOf = (request: Partial<MetricRequest> & { readonly name: string }, scope = SCOPE) =>
	metricSeries(database, scope, { timeRange: rangeOf(0, 121), step: 'raw', ...request });

it.each(['raw', '1m'] as const)('gives gauges over time (%s)', async (step) => {
	const points = (await seriesOf({ name: 'depth', step, attributes: A })).map((series) => series.points);
	const first = { time: timeAt(0), value: step === 'raw' ? 2 : 3, lowest: 2, highest: step === 'raw' ? 2 : 4 };
	const between = step === 'raw' ? [{ time: timeAt(30), value: 4, lowest: 4, highest: 4 }] : [];
	expect(points).toEqual([[first, ...between, { time: timeAt(60), value: 6, lowest: 6, highest: 6 }]]);
});

it('tells series apart by the attributes that are asked for, and filters by them', async () => {
	const attributesOf = async (request: Partial<MetricRequest>) =>
		(await seriesOf({ name: 'depth', step: '1m', attributes: {}, ...request })).map(({ attributes }) => attributes);
	expect(await attributesOf({ attributes: A })).toEqual([{ queue: 'a', 'service.name': 'pipeline' }]);
	expect(await attributesOf({ groupBy: ['queue'], attributes: { 'service.name': 'other' } })).toEqual([B]);
	expect(await attributesOf({ groupBy: ['service.name'], attributes: B })).toEqual([{ 'service.name': 'other' }]);
	expect(await attributesOf({ groupBy: ["it's\\"], attributes: B })).toEqual([{ "it's\\": '' }]);
	expect(await attributesOf({ attributes: { queue: "a' OR 1 OR '" } })).toEqual([]);
	const [both] = await seriesOf({ name: 'depth', groupBy: [], timeRange: rangeOf(30, 31), attributes: {} });
	expect(both?.points).toMatchObject([{ lowest: 4, highest: 10 }]);
});

it('gives by how much sums rise a second, also when a counter begins anew', async () => {
	const [a, b] = await seriesOf({ name: 'records', groupBy: ['queue'] });
	expect(a).toMatchObject({ kind: 'sum', attributes: A, step: 'raw' });
	expect(a?.points).toEqual([
		{ time: timeAt(0), value: 160, lowest: 160, highest: 160, ratePerSecond: 1 },
		{ time: timeAt(60), value: 40, lowest: 40, highest: 40, ratePerSecond: 40 / 60 },
		{ time: timeAt(120), value: 100, lowest: 100, highest: 100, ratePerSecond: 1 },
	]);
	expect(b?.points).toMatchObject([{ ratePerSecond: 2.5 }, { ratePerSecond: 0.5 }]);
	const [sum] = await seriesOf({ name: 'records', groupBy: [], timeRange: rangeOf(120, 121) });
	expect(sum?.points).toMatchObject([{ value: 180, ratePerSecond: 1.5 }]);
	const [rolled] = await seriesOf({ name: 'records', attributes: A, step: '1m' });
	expect(rolled?.points).toMatchObject([{ ratePerSecond: 1 }, { ratePerSecond: 40 / 60 }, { ratePerSecond: 1 }]);
	const [delta] = await seriesOf({ name: 'shares' });
	expect(delta?.points.at(-1)).toMatchObject({ ratePerSecond: 7 / 60 });
	const [twins] = await seriesOf({ name: 'twins', groupBy: [] });
	expect(twins?.points).toEqual([
		{ time: timeAt(0), value: 510, lowest: 10, highest: 500 },
		{ time: timeAt(10), value: 570, lowest: 30, highest: 540, ratePerSecond: 6 },
	]);
});

it('gives quantiles of histograms from their buckets', async () => {
	const found = await seriesOf({ name: 'wait', groupBy: ['queue'], step: '1m', quantiles: [0.5, 1] });
	expect(found).toEqual([
		{
			...{ name: 'wait', kind: 'histogram', attributes: A, step: '1m', bounds: BOUNDS },
			points: [
				{ time: timeAt(0), count: 10, sum: 50, quantiles: { '0.5': 5, '1': 10 } },
				{ time: timeAt(60), count: 21, sum: 330, quantiles: { '0.5': 15.25, '1': 20 } },
			],
		},
		{
			...{ name: 'wait', kind: 'histogram', attributes: B, step: '1m', bounds: [1] },
			points: [{ time: timeAt(0), count: 2, sum: 1, quantiles: { '0.5': 0.5, '1': 1 } }],
		},
		{
			...{ name: 'wait', kind: 'histogram', attributes: B, step: '1m', bounds: BOUNDS },
			points: [{ time: timeAt(0), count: 10, sum: 150, quantiles: { '0.5': 15, '1': 20 } }],
		},
	]);
});

it('shows each tenant its own points only', async () => {
	const highest = async (scope: TenantScope, step: 'raw' | '1m') => {
		const [series] = await seriesOf({ name: 'depth', groupBy: [], step, timeRange: rangeOf(0, 60) }, scope);
		return Math.max(...(series?.points ?? []).map((point) => ('highest' in point ? point.highest : 0)));
	};
	expect(await highest(SCOPE, 'raw')).toBe(10);
	expect(await highest(TenantScope.of('t_a'), 'raw')).toBe(99);
	expect(await highest(TenantScope.of('t_a'), '1m')).toBe(99);
	expect(await highest(TenantScope.of('t_r'), 'raw')).toBe(77);
	expect(await highest(TenantScope.operator('test'), 'raw')).toBe(99);
	expect(await seriesOf({ name: 'wait', groupBy: [] }, TenantScope.of('t_a'))).toMatchObject([
		{ points: [{ count: 27 }] },
	]);
});

it('chooses a step by the range and refuses what is out of bounds', async () => {
	const stepOf = async (hours: number) => {
		const [series] = await metricSeries(database, SCOPE, { name: 'depth', timeRange: rangeOf(0, hours * 3_600) });
		return series?.step;
	};
	expect(await stepOf(12)).toBe('1m');
	expect(await stepOf(12.1)).toBe('5m');
	expect(await stepOf(72)).toBe('5m');
	expect(await stepOf(72.1)).toBe('1h');
	expect(await stepOf(31 * 24)).toBe('1h');
	expect(await stepOf(800 * 24)).toBe('1d');
	const bad: readonly Partial<MetricRequest>[] = [
		{ timeRange: rangeOf(0, 20_001) },
		{ step: '1m', timeRange: rangeOf(0, 20_000 * 60 + 1) },
		{ step: '1h', timeRange: rangeOf(0, 800 * 86_400 + 1) },
		{ step: '2m' as '1m' },
		{ name: '' },
		{ name: 'a'.repeat(1_025) },
		{ groupBy: Array.from({ length: 17 }, (_, index) => `k${index}`) },
		{ attributes: { a: '' } },
		{ quantiles: [1.1] },
		{ quantiles: [Number.NaN] },
	];
	for (const request of bad) {
		const found = seriesOf({ name: 'depth', ...request });
		await expect(found, JSON.stringify(request).slice(0, 80)).rejects.toMatchObject({ code: 'QUERY_INVALID' });
	}
	expect(await seriesOf({ name: 'depth', timeRange: rangeOf(0, 20_000) })).not.toEqual([]);
	expect(await seriesOf({ name: 'none' })).toEqual([]);
});

it('refuses more than 1,000 series', async () => {
	const points = (count: number, name: string) =>
		Array.from({ length: count }, (_, index) => ({ name, at: 0, attributes: { id: String(index) } }));
	await insertPoints(database, 'gauge', [...points(1_000, 'most'), ...points(1_001, 'more')]);
	expect(await seriesOf({ name: 'most' })).toHaveLength(1_000);
	await expect(seriesOf({ name: 'more' })).rejects.toMatchObject({ code: 'QUERY_TOO_LARGE' });
	expect(await seriesOf({ name: 'more', groupBy: [] })).toHaveLength(1);
});
