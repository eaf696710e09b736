import { mixBlock } from './keyed-mix.ts';

/** Records of one epoch: after so many the process draws a new seed. */
export const RECORDS_PER_EPOCH = 2 ** 20;
/** Words of a seed: 256 bits. */
export const SEED_WORDS = 8;

/** Set in blocks that no record or stage uses; see `writeTraceId`. */
const SPARE = -0x80000000;

/**
 * The identity of one epoch: from a sequence number (and a stage) it makes the same ids every time. Whoever keeps the
 * epoch and its seed can rebuild ids after a restart; nothing that travels reveals the seed.
 */
export class EpochKeys {
	/** Number of the epoch in its process, from 0. */
	readonly epoch: number;
	/** 8 words from a cryptographic source. Keep it in files of mode 0600 only. */
	readonly seed: Uint32Array;
	// Signed view of the seed: unsigned words above 2^31 would be boxed on their way into a call that is not inlined.
	readonly #words: Int32Array;

	/** Copies the seed. @throws RangeError when it has not 8 words */
	constructor(epoch: number, seed: Uint32Array) {
		if (seed.length !== SEED_WORDS) throw new RangeError(`A seed has ${SEED_WORDS} words, not ${seed.length}.`);
		this.epoch = epoch;
		this.seed = seed.slice();
		this.#words = new Int32Array(this.seed.buffer);
	}

	/** Writes 4 words, most significant first. Different sequence numbers of an epoch never give the same trace id. */
	writeTraceId(sequence: number, out: Uint32Array, offset: number): void {
		const words = this.#words;
		mixBlock(this.epoch, sequence, words[0]!, words[1]!, out, offset);
		mixBlock(0, sequence, words[2]!, words[3]!, out, offset + 2);
		// One block of all maps to zero; its stand-in is the image of a block that no sequence number uses.
		if ((out[offset]! | out[offset + 1]! | out[offset + 2]! | out[offset + 3]!) === 0) {
			mixBlock(SPARE, sequence, words[2]!, words[3]!, out, offset + 2);
		}
	}

	/**
	 * Writes 2 words, most significant first, for one stage (0 .. 2^31 - 1) of a record that this process numbered.
	 * Different stages and sequence numbers of an epoch never give the same span id, whoever began the trace.
	 */
	writeSpanId(sequence: number, stage: number, out: Uint32Array, offset: number): void {
		const words = this.#words;
		// The halves of the seed that trace ids do not use, so that a trace id says nothing about its span ids.
		const place = sequence ^ words[6]! ^ Math.imul(this.epoch, RECORDS_PER_EPOCH);
		const inner = stage ^ (words[7]! >>> 1);
		mixBlock(place, inner, words[4]!, words[5]!, out, offset);
		if ((out[offset]! | out[offset + 1]!) === 0) {
			mixBlock(place, inner ^ SPARE, words[4]!, words[5]!, out, offset);
		}
	}
}
