import type { CircuitState, EnrichmentError, EnrichmentRequest, Fields } from '@pipeline/model';
import type { FALLBACK_ACTIONS } from '../rules/enrichment-mapping.ts';

/** What a lookup does that gave no value. STALE without a value to serve acts like FAIL. */
export type FallbackAction = (typeof FALLBACK_ACTIONS)[number];

/** One lookup for one record. Sources see the key; cache and fallbacks use the rest. */
export interface LookupRequest extends EnrichmentRequest {
	readonly sourceId: string;
	readonly recordId: string;
	readonly lineageId: string;
	readonly fallback: FallbackAction;
	/** Answer of the fallback DEFAULT. */
	readonly defaultFields?: Fields;
	/** Lifetime of the cached answer; the smaller of this and the cache's own counts. */
	readonly ttlSeconds?: number;
}

/** What the cache has for a key. `STALE` values are past their lifetime. */
export type CacheAnswer =
	| { readonly status: 'HIT' | 'STALE'; readonly fields: Fields; readonly tier: 'L1' | 'L2' | 'L3' }
	| { readonly status: 'MISS'; readonly fields?: undefined; readonly tier?: undefined };

/** The answer of a lookup. `fields` is absent when the record goes on without data or fails. */
export interface EnrichmentResult {
	readonly outcome: 'CACHE_HIT' | 'SOURCE_HIT' | 'NOT_FOUND' | 'STALE' | 'FALLBACK' | 'ERROR';
	readonly fields?: Fields;
	readonly cacheStatus: CacheAnswer['status'];
	readonly cacheTier?: 'L1' | 'L2' | 'L3';
	/** Tries after the first one. */
	readonly retryCount: number;
	readonly circuitState: CircuitState;
	/** Present when the source gave no answer, whatever the fallback made of it. */
	readonly error?: EnrichmentError;
	readonly fallback?: FallbackAction;
}
