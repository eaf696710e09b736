// Hot path: one trace id and some twenty span ids per record. No allocation; results go into typed arrays.

const ROUNDS = 4;
/** 2^32 / golden ratio: makes the round keys of one key differ. */
const ROUND_STEP = 0x9e3779b9;

/** The round function: a bijective 32-bit mix of `half` under `key`. */
export function mixHalf(half: number, key: number): number {
	let mixed = half ^ key;
	mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
	mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
	return mixed ^ (mixed >>> 16);
}

/** Key of one round, from the two words of a key. */
export function roundKey(firstKey: number, secondKey: number, round: number): number {
	return (((round & 1) === 0 ? firstKey : secondKey) + Math.imul(round, ROUND_STEP)) | 0;
}

/**
 * Keyed bijective mix of 64 bits (a Feistel network, four rounds): two blocks give the same result only when they are the
 * same. `out[offset]` receives the high word, `out[offset + 1]` the low one. A mixer, not a cipher: results are no secret.
 */
export function mixBlock(
	high: number,
	low: number,
	firstKey: number,
	secondKey: number,
	out: Uint32Array,
	offset: number,
): void {
	let left = high;
	let right = low;
	for (let round = 0; round < ROUNDS; round++) {
		const mixed = left ^ mixHalf(right, roundKey(firstKey, secondKey, round));
		left = right;
		right = mixed;
	}
	out[offset] = left;
	out[offset + 1] = right;
}
