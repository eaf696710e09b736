const BYTES: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lowercase hexadecimal of `count` words from `offset`, most significant first: 4 for a trace id, 2 for a span id. */
export function writeHexWords(words: Uint32Array, offset: number, count: number): string {
	let hex = '';
	for (let index = offset; index < offset + count; index++) {
		const word = words[index]!;
		hex += BYTES[word >>> 24]! + BYTES[(word >>> 16) & 255]! + BYTES[(word >>> 8) & 255]! + BYTES[word & 255]!;
	}
	return hex;
}

/** Reads well-formed hexadecimal (checked by the caller) into words. */
export function readHexWords(hex: string, words: Uint32Array, offset: number): void {
	for (let index = 0; index * 8 < hex.length; index++) {
		words[offset + index] = Number.parseInt(hex.slice(index * 8, index * 8 + 8), 16);
	}
}
