import type { BatchSender, BetaGammaBatch, EnrichmentSource, Runtime } from '@pipeline/model';
import type { BetaConfig } from '../config/config.ts';
import type { EnrichmentCacheStore } from '../enrichment/enrichment-cache.ts';
import type { LookupTable } from '../enrichment/lookup-tables.ts';
import type { BackPressureChange } from './events.ts';

/** What module Beta is made of. Everything that varies between runs comes from here. */
export interface BetaModuleOptions {
	readonly runtime: Runtime;
	/** Takes batches to Gamma. */
	readonly sender: BatchSender<BetaGammaBatch>;
	/** Parameters that differ from their defaults. */
	readonly config?: Partial<BetaConfig>;
	/** Profiles (parsed JSON), besides the built-in `standard`, which one of that id replaces. */
	readonly profiles?: readonly unknown[];
	readonly sources?: readonly EnrichmentSource[];
	/** Tables for lookup rules, by name. */
	readonly tables?: Readonly<Record<string, LookupTable>>;
	/** Replaces the enrichment cache of this process, for example by one of several tiers. */
	readonly cache?: EnrichmentCacheStore;
	/** Keeps the error queues in files of this directory. @default memory only */
	readonly errorQueueDirectory?: string;
	/** Carries back-pressure to the sender of batches. */
	readonly onBackPressure?: (change: BackPressureChange) => void;
}
