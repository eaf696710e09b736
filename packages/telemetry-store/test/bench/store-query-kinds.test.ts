import { afterAll, beforeAll, expect, it } from 'vitest';
import { BEGIN, DAYS, type DataPlan, loadStore, samples } from '../../bench/store-query-data.ts';
import { KINDS, PREPARATIONS } from '../../bench/store-query-kinds.ts';
import { openTestDatabase } from '../open-test-database.ts';

const PLAN: DataPlan = { events: 20_000 };
const AT = [2_000, 9_000, 17_000];

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
	database = await openTestDatabase();
	await loadStore(database, PLAN);
});
afterAll(() => database[Symbol.asyncDispose]());

it('asks for a day of audit by every filter, and for the lineage of 90 days', () => {
	expect(Object.keys(KINDS)).toEqual(
		expect.arrayContaining([
			...['audit-component', 'audit-actor', 'audit-resource', 'audit-correlation', 'audit-next-page'],
			...['lineage-one-hop', 'lineage-full-history', 'trace-by-id', 'search-recent'],
		]),
	);
	expect(DAYS).toBe(90);
});

it('finds what it measures, wherever that is', async () => {
	const found = new Map<string, readonly number[]>();
	for (const [kind, ask] of Object.entries(KINDS)) {
		const counts: number[] = [];
		for (const sample of await samples(database, PLAN, AT)) {
			await PREPARATIONS[kind]?.(database, sample);
			counts.push(await ask(database, sample));
		}
		found.set(kind, counts);
	}
	// What is rare is not found on every day.
	const rare = new Set(['search-duration', 'search-status']);
	const empty = [...found].filter(([kind, counts]) => !rare.has(kind) && counts.includes(0));
	expect(empty).toEqual([]);
	// All steps of a record and of those that it was made of.
	expect(Math.min(...(found.get('lineage-full-history') ?? []))).toBeGreaterThan(10);
	expect(found.get('trace-by-id')).toEqual([8, 8, 8]);
});

it('has rows of all 90 days', async () => {
	const [row] = await database.query<{ days: string; first: string }>(
		'SELECT uniqExact(toDate(timestamp)) AS days, toString(min(timestamp)) AS first FROM audit_events',
	);
	expect([row?.days, row?.first.slice(0, 10)]).toEqual(['90', new Date(BEGIN).toISOString().slice(0, 10)]);
});
