import type { Fields, Runtime } from '@pipeline/model';
import { LRUCache } from 'lru-cache';
import type { CacheAnswer, LookupRequest } from './lookup-request.ts';

/** Where lookups remember answers. The pipeline may put a shared cache of several tiers in the place of the L1. */
export interface EnrichmentCacheStore {
	get(request: LookupRequest): CacheAnswer | Promise<CacheAnswer>;
	put(request: LookupRequest, fields: Fields): void | Promise<void>;
	clear(): void;
}

/** Limits of {@link EnrichmentCache}. */
export interface EnrichmentCacheOptions {
	readonly maxEntries: number;
	readonly ttlSeconds: number;
}

const MISS: CacheAnswer = { status: 'MISS' };

/** Answers of sources in this process: least recently used ones go first, old ones stay until then as STALE. */
export class EnrichmentCache implements EnrichmentCacheStore {
	readonly #entries: LRUCache<string, Fields>;
	readonly #ttlSeconds: number;
	#hits = 0;
	#lookups = 0;

	constructor(runtime: Pick<Runtime, 'now'>, { maxEntries, ttlSeconds }: EnrichmentCacheOptions) {
		this.#ttlSeconds = ttlSeconds;
		this.#entries = new LRUCache({
			max: maxEntries,
			ttl: ttlSeconds * 1000,
			// The library caches the clock for a millisecond by default, which an injected clock does not expect.
			ttlResolution: 0,
			perf: { now: () => runtime.now() },
			allowStale: true,
			noDeleteOnStaleGet: true,
		});
	}

	get(request: LookupRequest): CacheAnswer {
		this.#lookups += 1;
		const key = cacheKey(request);
		const isFresh = this.#entries.has(key);
		const fields = this.#entries.get(key);
		if (fields === undefined) return MISS;
		if (isFresh) this.#hits += 1;
		return { status: isFresh ? 'HIT' : 'STALE', fields, tier: 'L1' };
	}

	put(request: LookupRequest, fields: Fields): void {
		const ttlSeconds = Math.min(request.ttlSeconds ?? this.#ttlSeconds, this.#ttlSeconds);
		this.#entries.set(cacheKey(request), fields, { ttl: ttlSeconds * 1000 });
	}

	clear(): void {
		this.#entries.clear();
	}

	get size(): number {
		return this.#entries.size;
	}

	get capacity(): number {
		return this.#entries.max;
	}

	/** Share of lookups answered by a fresh entry; 0 before the first lookup. */
	get hitRatio(): number {
		return this.#lookups === 0 ? 0 : this.#hits / this.#lookups;
	}
}

/** Key of a lookup in a shared cache: `enrichment:{source}:{key}`. */
export function cacheKey({ sourceId, key }: Pick<LookupRequest, 'sourceId' | 'key'>): string {
	return `enrichment:${sourceId}:${key}`;
}
