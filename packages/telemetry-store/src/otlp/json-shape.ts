import { OtlpError } from './otlp-error.ts';

/** Values are 32 levels deep at most, and each of them takes four in JSON. */
const MAX_DEPTH = 256;
/** Objects and lists: an attribute is two of them, and forty bytes. */
const MAX_CONTAINERS = 2_000_000;
const MAX_COMMAS = 4_000_000;

const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/**
 * Looks at what a parser would have to build, before it does: a text of brackets alone, small when it is compressed, would hold up everything for
 * seconds and take fifty times its size in memory. Says nothing about whether it is JSON.
 *
 * @throws OtlpError `OTLP_TOO_LARGE`
 */
export function checkJsonShape(body: Uint8Array): void {
	const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
	let depth = 0;
	let containers = 0;
	let commas = 0;
	for (let at = 0; at < bytes.length; at++) {
		const byte = bytes[at];
		if (byte === QUOTE) at = endOfText(bytes, at);
		else if (byte === COMMA) commas++;
		else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) depth--;
		else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
			depth++;
			containers++;
			if (depth > MAX_DEPTH) throw new OtlpError('OTLP_TOO_LARGE', `A request is at most ${MAX_DEPTH} levels deep.`);
		}
	}
	if (containers <= MAX_CONTAINERS && commas <= MAX_COMMAS) return;
	throw new OtlpError('OTLP_TOO_LARGE', 'A request has too many objects, lists or values.');
}

/** Where the quote stands that ends the text which begins here. */
function endOfText(bytes: Buffer, start: number): number {
	let end = bytes.indexOf(QUOTE, start + 1);
	while (end > 0 && isEscaped(bytes, end)) end = bytes.indexOf(QUOTE, end + 1);
	return end < 0 ? bytes.length : end;
}

function isEscaped(bytes: Buffer, at: number): boolean {
	let before = at;
	while (bytes[before - 1] === BACKSLASH) before--;
	return (at - before) % 2 === 1;
}
