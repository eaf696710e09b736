import { LENGTH_SHIFT } from './layout.ts';

/** Bytes of a TEXT, STACK, TRACE_STATE or BAGGAGE entry, never beyond the words there are. */
export function textBytes(words: Int32Array, at: number): Buffer {
	const length = Math.min(words[at + 1]! >>> LENGTH_SHIFT, Math.max(0, words.length - at - 2) * 4);
	return Buffer.from(words.buffer, words.byteOffset + (at + 2) * 4, length);
}

export function readText(words: Int32Array, at: number): string {
	return textBytes(words, at).toString();
}
