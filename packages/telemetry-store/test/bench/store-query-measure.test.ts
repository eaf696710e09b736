import { afterAll, beforeAll, expect, it } from 'vitest';
import { measure } from '../../bench/store-query-measure.ts';
import type { StoreDatabase } from '../../src/connection/store-database.ts';
import { StoreError } from '../../src/connection/store-error.ts';
import { openTestDatabase } from '../open-test-database.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
	database = await openTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

it('counts questions that fail, and goes on', async () => {
	const failing: StoreDatabase = Object.create(database, {
		query: {
			value: async (...asked: Parameters<StoreDatabase['query']>) => {
				if (asked[0].includes('otel_traces')) throw new StoreError('QUERY_TIMEOUT', 'The query took too long.');
				return await database.query(...asked);
			},
		},
	});
	const asking = { plan: { events: 20_000 }, clients: 2, samples: 3 };
	const failed = await measure(failing, { ...asking, kind: 'trace-by-id' });
	expect(failed).toEqual({ p50: Number.NaN, p95: Number.NaN, failed: { QUERY_TIMEOUT: 8 }, found: 0 });
	const answered = await measure(failing, { ...asking, kind: 'lineage-one-hop' });
	expect(answered).toEqual({ p50: expect.any(Number), p95: expect.any(Number), failed: {}, found: 0 });
	expect(answered.p95).toBeGreaterThan(0);
});
