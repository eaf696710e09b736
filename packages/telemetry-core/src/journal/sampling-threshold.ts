const RANGE = 2n ** 56n;
const LOW_WORD = 0xffffffffn;

/**
 * Consistent probability sampling: a trace is sampled when the last 7 bytes of its id are at or above the threshold, so
 * that every process decides alike and counts can be re-weighted.
 *
 * @see https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/
 */
export class SamplingThreshold {
	/** The ratio it stands for, 0..1. */
	readonly ratio: number;
	/** Value of `th:` in `tracestate`; undefined at ratio 0, where nothing is sampled and nothing is said. */
	readonly th: string | undefined;
	readonly #high: number;
	readonly #low: number;

	/** @throws RangeError when the ratio is not within 0..1 */
	constructor(ratio: number) {
		if (!(ratio >= 0 && ratio <= 1)) throw new RangeError(`A sampling ratio is within 0 and 1, not ${ratio}.`);
		// From the sampled share, not from 1 - ratio: that difference loses the low bits.
		const threshold = RANGE - BigInt(Math.round(ratio * 2 ** 56));
		this.ratio = ratio;
		this.th = threshold === RANGE ? undefined : threshold.toString(16).padStart(14, '0').replace(/0+$/, '') || '0';
		this.#high = Number(threshold >> 32n);
		this.#low = Number(threshold & LOW_WORD);
	}

	/** Whether the trace id in `words` (4 from `offset`, most significant first) is sampled. */
	isSampled(words: Uint32Array, offset: number): boolean {
		const high = words[offset + 2]! & 0xffffff;
		return high > this.#high || (high === this.#high && words[offset + 3]! >= this.#low);
	}
}
