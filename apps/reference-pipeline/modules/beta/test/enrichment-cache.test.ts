import { JOURNAL, STAGE } from '@pipeline/model';
import { describe, expect, it } from 'vitest';
import { cacheKey, EnrichmentCache, type LookupRequest } from '../src/index.ts';
import { fieldsOf } from './support.ts';

const request = (key: string, ttlSeconds?: number): LookupRequest => ({
	sourceId: 's',
	key,
	recordId: 'r',
	lineageId: 'l',
	fallback: 'FAIL',
	...(ttlSeconds !== undefined && { ttlSeconds }),
	[JOURNAL]: 0,
	[STAGE]: 0,
});
const value = fieldsOf({ a: 1 });

describe('EnrichmentCache', () => {
	it.each([
		[undefined, 100],
		[30, 30],
		[200, 100],
	])('keeps the smaller lifetime: %s s given', (ttlSeconds, expected) => {
		const clock = { nowMs: 5000 };
		const cache = new EnrichmentCache({ now: () => clock.nowMs }, { maxEntries: 10, ttlSeconds: 100 });
		cache.put(request('a', ttlSeconds), value);
		const statuses = [expected * 1000, expected * 1000 + 1].map((age) => {
			clock.nowMs = 5000 + age;
			return cache.get(request('a'));
		});
		expect(statuses).toEqual([
			{ status: 'HIT', fields: value, tier: 'L1' },
			{ status: 'STALE', fields: value, tier: 'L1' },
		]);
	});

	it('evicts the least recently used entry beyond its capacity', () => {
		const cache = new EnrichmentCache({ now: () => 1 }, { maxEntries: 2, ttlSeconds: 100 });
		for (const key of ['a', 'b']) cache.put(request(key), value);
		cache.get(request('a'));
		cache.put(request('c'), value);
		const statuses = ['a', 'b', 'c'].map((key) => cache.get(request(key)).status);
		expect([statuses, cache.size, cache.capacity]).toEqual([['HIT', 'MISS', 'HIT'], 2, 2]);
	});

	it('counts its hits', () => {
		const cache = new EnrichmentCache({ now: () => 1 }, { maxEntries: 2, ttlSeconds: 100 });
		const before = cache.hitRatio;
		cache.get(request('a'));
		cache.put(request('a'), value);
		cache.get(request('a'));
		expect([before, cache.hitRatio]).toEqual([0, 0.5]);
		cache.clear();
		expect(cache.get(request('a')).status).toBe('MISS');
	});

	it('keeps sources apart', () => {
		expect(cacheKey({ sourceId: 'a', key: 'x' })).toBe('enrichment:a:x');
	});
});
