import { stripVTControlCharacters } from 'node:util';

/** What JSON leaves as it is, and a terminal may obey: control characters, and those that turn the direction of reading. */
const CONTROLS = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Text of others on a terminal: without what would move the cursor, colour it, break the line or turn its direction. */
export function printable(value: string | number | undefined): string {
	return stripVTControlCharacters(String(value ?? '')).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** JSON that means the same to whatever reads it, and nothing to a terminal. */
export function jsonText(value: unknown, indent?: number): string {
	return JSON.stringify(value, undefined, indent).replace(CONTROLS, (sign) =>
		Array.from({ length: sign.length }, (_, at) => `\\u${sign.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
	);
}
