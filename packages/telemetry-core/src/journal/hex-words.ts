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

/** Reads well-formed lowercase hexadecimal (checked by the caller) into words, eight digits each. */
export function readHexWords(hex: string, words: Int32Array | Uint32Array, offset: number): void {
	let at = offset;
	for (let index = 0; index < hex.length; index += 8) {
		let word = 0;
		for (let digit = index; digit < index + 8; digit++) {
			const code = hex.charCodeAt(digit);
			word = (word << 4) | (code > 57 ? code - 87 : code - 48);
		}
		words[at++] = word;
	}
}
