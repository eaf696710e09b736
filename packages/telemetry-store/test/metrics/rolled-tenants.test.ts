import { expect, it } from 'vitest';
import { metricSeries } from '../../src/metrics/metric-series.ts';
import type { SeriesStep } from '../../src/metrics/series-step.ts';
import { TenantScope } from '../../src/tenancy/tenant-scope.ts';
import { openTestDatabase } from '../open-test-database.ts';
import { insertPoints, rangeOf } from './metric-rows.ts';

it('shows each tenant its own points at every step, whether point or resource names it', async () => {
	await using database = await openTestDatabase();
	const tenant = (name: string) => ({ 'pipeline.tenant': name });
	for (const kind of ['gauge', 'sum'] as const) {
		await insertPoints(database, kind, [
			{ name: kind, at: 30, value: 1 },
			{ name: kind, at: 30, value: 10, attributes: tenant('t_a') },
			{ name: kind, at: 30, value: 100, resource: tenant('t_b') },
			{ name: kind, at: 30, value: 1_000, attributes: tenant('t_a'), resource: tenant('t_b') },
		]);
	}
	const highest = async (name: string, scope: TenantScope, step: SeriesStep) => {
		const found = await metricSeries(database, scope, { name, timeRange: rangeOf(0, 121), step });
		const highests = found.flatMap(({ points }) => points.map((point) => ('highest' in point ? point.highest : 0)));
		return highests.toSorted((one, other) => one - other);
	};
	for (const name of ['gauge', 'sum']) {
		for (const step of ['raw', '1m', '5m', '1h'] as const) {
			expect(await highest(name, TenantScope.of('default'), step), step).toEqual([1]);
			expect(await highest(name, TenantScope.of('t_a'), step), step).toEqual([1_000]);
			expect(await highest(name, TenantScope.of('t_b'), step), step).toEqual([100]);
			expect((await highest(name, TenantScope.operator('test'), step)).at(-1), step).toBe(1_000);
		}
	}
});
