import { ConfigError, JOURNAL, STAGE } from '@pipeline/model';

export interface LookupRequest {
	readonly source: string;
	readonly key: string;
	readonly [JOURNAL]?: number;
	readonly [STAGE]?: number;
}

/** Keys that are known, by source. */
export class ReferenceLookup {
	readonly #sources: ReadonlyMap<string, ReadonlySet<string>>;

	constructor(sources: Readonly<Record<string, Iterable<string>>> = {}) {
		this.#sources = new Map(Object.entries(sources).map(([name, keys]) => [name, new Set(keys)]));
	}

	has(source: string): boolean {
		return this.#sources.has(source);
	}

	/** @throws ConfigError for a source that was never given */
	lookup({ source, key }: LookupRequest): boolean {
		const keys = this.#sources.get(source);
		if (keys === undefined)
			throw new ConfigError('alpha.VR10.lookupSource', [...this.#sources.keys()].join(', '), source);
		return keys.has(key);
	}
}
