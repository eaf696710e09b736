import { afterAll, beforeAll, expect, it } from 'vitest';
import { qualityCorrelation } from '../../src/metrics/quality-correlation.ts';
import { TenantScope } from '../../src/tenancy/tenant-scope.ts';
import { openTestDatabase } from '../open-test-database.ts';
import { rangeOf } from './metric-rows.ts';
import { insertJourneys } from './pipeline-events.ts';

const SCOPE = TenantScope.of('default');
const RANGE = rangeOf(0, 60);

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
	database = await openTestDatabase();
	const good = Array.from({ length: 6 }, (_, index) => ({
		record: `good-${index}`,
		source: 'FILE:flights',
		validation: 'PASSED',
		upstream: 0.9 + index / 100,
		ends: [{ schema: 'flight', outcome: 'DELIVERED', quality: 0.9 + index / 100 }],
	}));
	const poor = Array.from({ length: 4 }, (_, index) => ({
		record: `poor-${index}`,
		source: 'FILE:flights',
		validation: 'PASSED_WITH_WARNINGS',
		upstream: 0.4 + index / 100,
		ends: [{ schema: 'flight', outcome: 'DLQ', quality: 0.4 + index / 100 }],
	}));
	await insertJourneys(database, [
		...good,
		...poor,
		{ record: 'refused', source: 'FILE:flights', validation: 'FAILED', upstream: 0.1, ends: [{ outcome: 'REJECTED' }] },
		{ record: 'on-its-way', source: 'FILE:flights', validation: 'PASSED', upstream: 1 },
		{
			record: 'both',
			source: 'HTTP:strikes',
			validation: 'PASSED',
			upstream: 1,
			ends: [
				{ schema: 'strike', outcome: 'DELIVERED', quality: 1 },
				{ schema: 'strike-short', outcome: 'DLQ', quality: 0.5 },
			],
		},
		{
			record: 'good-0',
			source: 'FILE:flights',
			validation: 'SECRET',
			upstream: 0,
			tenant: 't_a',
			ends: [{ schema: 'hidden', outcome: 'DLQ', quality: 0 }],
		},
	]);
});
afterAll(() => database[Symbol.asyncDispose]());

it('compares validation, quality and delivery by source and schema', async () => {
	const { correlations, isTruncated } = await qualityCorrelation(database, SCOPE, { timeRange: RANGE });
	expect(isTruncated).toBe(false);
	expect(correlations.map(({ source, schema, records, delivered }) => [source, schema, records, delivered])).toEqual([
		['FILE:flights', 'flight', 10, 6],
		['FILE:flights', '', 2, 0],
		['HTTP:strikes', 'strike', 1, 1],
		['HTTP:strikes', 'strike-short', 1, 0],
	]);
	const [flights, ended, alone] = correlations;
	expect(flights?.upstreamToQuality).toBeCloseTo(1, 9);
	expect(flights?.qualityToDelivery).toBeGreaterThan(0.99);
	expect(flights?.validationToDelivery).toBeCloseTo(1, 9);
	expect(flights?.meanQuality).toBeCloseTo(0.721, 9);
	expect(flights?.cells).toEqual([
		{ validation: 'PASSED', delivery: 'DELIVERED', records: 6, meanQuality: expect.closeTo(0.925, 9) },
		{ validation: 'PASSED_WITH_WARNINGS', delivery: 'DLQ', records: 4, meanQuality: expect.closeTo(0.415, 9) },
	]);
	expect(ended?.cells).toEqual([
		{ validation: 'FAILED', delivery: 'REJECTED', records: 1, meanQuality: 0.1 },
		{ validation: 'PASSED', delivery: '', records: 1, meanQuality: 1 },
	]);
	expect(alone).not.toHaveProperty('upstreamToQuality');
});

it('is asked for one source and one schema', async () => {
	const keysOf = async (request: { readonly source?: string; readonly schema?: string }) => {
		const { correlations } = await qualityCorrelation(database, SCOPE, { timeRange: RANGE, ...request });
		return correlations.map(({ source, schema }) => `${source} ${schema}`);
	};
	expect(await keysOf({ source: 'HTTP:strikes' })).toEqual(['HTTP:strikes strike', 'HTTP:strikes strike-short']);
	expect(await keysOf({ schema: 'flight' })).toEqual(['FILE:flights flight']);
	expect(await keysOf({ schema: '' })).toEqual(['FILE:flights ']);
	expect(await keysOf({ source: "' OR 1=1 --" })).toEqual([]);
});

it('counts for each tenant its own records only', async () => {
	const own = await qualityCorrelation(database, TenantScope.of('t_a'), { timeRange: RANGE });
	expect(own.correlations).toMatchObject([{ schema: 'hidden', records: 1, cells: [{ validation: 'SECRET' }] }]);
	const all = await qualityCorrelation(database, TenantScope.operator('test'), { timeRange: RANGE });
	expect(all.correlations.map(({ schema, records }) => [schema, records])).toContainEqual(['hidden', 1]);
	expect(all.correlations[0]).toMatchObject({ schema: 'flight', records: 10 });
});

it('refuses ranges that are too long', async () => {
	const days = (count: number) => ({ timeRange: rangeOf(0, count * 86_400) });
	expect((await qualityCorrelation(database, SCOPE, days(31))).correlations).toHaveLength(4);
	for (const request of [{ timeRange: rangeOf(0, 31 * 86_400 + 1) }, { timeRange: RANGE, source: 'a'.repeat(1_025) }]) {
		await expect(qualityCorrelation(database, SCOPE, request)).rejects.toMatchObject({ code: 'QUERY_INVALID' });
	}
});
