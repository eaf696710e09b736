// Hot path: one trace id and some twenty span ids per record. No allocation; results go into typed arrays.

/** What makes the round keys of one key differ: multiples of 2^32 / golden ratio. The first round's is 0. */
const SECOND = 0x9e3779b9;
const THIRD = 0x3c6ef372;
const FOURTH = 0xdaa66d2b;

/** The round function: a bijective 32-bit mix of `half` under `key`. */
export function mixHalf(half: number, key: number): number {
	let mixed = half ^ key;
	mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
	mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
	return mixed ^ (mixed >>> 16);
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
	// Round by round, without a loop: half the time.
	let left = high ^ mixHalf(low, firstKey);
	let right = low ^ mixHalf(left, (secondKey + SECOND) | 0);
	left ^= mixHalf(right, (firstKey + THIRD) | 0);
	right ^= mixHalf(left, (secondKey + FOURTH) | 0);
	out[offset] = left;
	out[offset + 1] = right;
}
