import type { TraceFields } from '@pipeline/telemetry-core';
import { BoundedMap, MinuteRatio } from '@pipeline/telemetry-core/instrumentation';

/** Sources that are told apart; further ones are not observed. As many as the registry's metrics tell apart. */
const MAX_SOURCES = 50;

/** What lookups of one source came to lately. */
export interface SourceStats {
	/** Hits: answered by the cache. */
	readonly cache: MinuteRatio;
	/** Hits: could do without the source, by the cache or a fallback that lets the record go on. */
	readonly coverage: MinuteRatio;
	lastFallback: string | undefined;
}

/** Lookups of the last minute by source. */
export class LookupStats {
	readonly #sources = new Map<string, SourceStats>();

	of(source: string): SourceStats | undefined {
		const known = this.#sources.get(source);
		if (known !== undefined || this.#sources.size >= MAX_SOURCES) return known;
		const stats: SourceStats = { cache: new MinuteRatio(), coverage: new MinuteRatio(), lastFallback: undefined };
		this.#sources.set(source, stats);
		return stats;
	}

	entries(): IterableIterator<[string, SourceStats]> {
		return this.#sources.entries();
	}
}

/** Which trace fetched a key, so that later hits can point to it. The newest `capacity` keys. */
export class CacheOrigins {
	readonly #positions: BoundedMap<string, TraceFields>;
	readonly isOff: boolean;

	constructor(capacity: number) {
		this.#positions = new BoundedMap(capacity);
		this.isOff = capacity === 0;
	}

	of(key: string): TraceFields | undefined {
		return this.#positions.get(key);
	}

	remember(key: string, position: TraceFields): void {
		this.#positions.delete(key);
		this.#positions.set(key, position);
	}
}

/** The process's own: what lookups write, gauges and circuits read. */
export const lookupStats = new LookupStats();
