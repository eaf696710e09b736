import { stripVTControlCharacters } from 'node:util';

/** What JSON leaves as it is, and a terminal may obey: control characters, and those that turn the direction of reading. */
const CONTROLS = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

/** The same in lines: a carriage return alone would write over what stands in its line. */
const OBEYED = /[^\P{Cc}\t\n\r]|\r(?!\n)|[\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Text of others on a terminal: without what would move the cursor, colour it, break the line or turn its direction. */
export function printable(value: string | number | undefined): string {
	return stripVTControlCharacters(String(value ?? '')).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** JSON that means the same to whatever reads it, and nothing to a terminal. */
export function jsonText(value: unknown, indent?: number): string {
	return JSON.stringify(value, undefined, indent).replace(CONTROLS, escaped);
}

/** Lines of others on a terminal: what it may obey, but tabs and ends of lines, stands as `\uXXXX`, which in JSON means the same. */
export function harmlessLines(text: string): string {
	return text.replace(OBEYED, escaped);
}

/** The same where a person watches; files and other programs get the text as it is. */
export function harmlessOn({ isTTY }: { readonly isTTY?: boolean }, text: string): string {
	return isTTY === true ? harmlessLines(text) : text;
}

/** Harmless lines of a text that comes in pieces, cut anywhere. */
export async function* harmlessPieces(pieces: AsyncIterable<Uint8Array>): AsyncIterable<string> {
	const decoder = new TextDecoder();
	let held = '';
	for await (const piece of pieces) {
		const text = held + decoder.decode(piece, { stream: true });
		// Whether it ends a line shows in the next piece.
		held = text.endsWith('\r') ? '\r' : '';
		yield harmlessLines(text.slice(0, text.length - held.length));
	}
	yield harmlessLines(held + decoder.decode());
}

function escaped(sign: string): string {
	return Array.from({ length: sign.length }, (_, at) => `\\u${sign.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
		'',
	);
}
