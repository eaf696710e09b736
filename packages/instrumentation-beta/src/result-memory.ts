import { BoundedMap } from '@pipeline/telemetry-core/instrumentation';
import type { ChecksumPair } from './binding.ts';

const MAX_RESULTS = 4_096;

/** What stages made of records: the same input and rules have to give the same result again. The newest 4,096. */
export class ResultMemory {
	readonly #results = new BoundedMap<string, ChecksumPair>(MAX_RESULTS);

	/**
	 * Remembers the first result of a stage.
	 *
	 * @param key record, target schema, stage and version of the rules
	 * @returns the earlier result when the same input gave another one
	 */
	contradiction(key: string, { before, after }: ChecksumPair): ChecksumPair | undefined {
		const known = this.#results.get(key);
		if (known !== undefined) return known.before === before && known.after !== after ? known : undefined;
		this.#results.set(key, { before, after });
		return undefined;
	}
}
