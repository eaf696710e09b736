import type { BetaConfig } from '../config/config.ts';
import { EnrichmentCache } from '../enrichment/enrichment-cache.ts';
import { type BetaErrorQueues, betaErrorQueues } from '../errors/beta-error-queue.ts';
import type { BetaModuleOptions } from './beta-options.ts';

/** The enrichment cache of this process. */
export function newCache({ runtime }: BetaModuleOptions, config: BetaConfig): EnrichmentCache {
	const { enrichmentCacheMaxSize: maxEntries, enrichmentCacheTtlSeconds: ttlSeconds } = config;
	return new EnrichmentCache(runtime, { maxEntries, ttlSeconds });
}

/** The error queues, in files when a directory is given. */
export function newQueues({ runtime, errorQueueDirectory }: BetaModuleOptions, config: BetaConfig): BetaErrorQueues {
	const { errorQueueCapacity: capacity, maxReplayAttempts } = config;
	return betaErrorQueues({ runtime, capacity, maxReplayAttempts }, errorQueueDirectory);
}
