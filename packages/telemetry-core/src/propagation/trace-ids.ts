// Hot path: ids are checked once per record and hop, so characters are compared instead of a regular expression.

const ZERO = 48;

/** True when `text[start, end)` is lowercase hexadecimal. */
export function isLowercaseHex(text: string, start: number, end: number): boolean {
	for (let index = start; index < end; index++) {
		const code = text.charCodeAt(index);
		if (!((code >= ZERO && code <= 57) || (code >= 97 && code <= 102))) return false;
	}
	return true;
}

/** True when `text[start, end)` is lowercase hexadecimal and not all zero. */
export function isIdAt(text: string, start: number, end: number): boolean {
	let nonZero = false;
	for (let index = start; index < end; index++) {
		const code = text.charCodeAt(index);
		if (!((code >= ZERO && code <= 57) || (code >= 97 && code <= 102))) return false;
		if (code !== ZERO) nonZero = true;
	}
	return nonZero;
}

/** True for 32 lowercase hex digits that are not all zero. */
export function isTraceId(value: unknown): value is string {
	return typeof value === 'string' && value.length === 32 && isIdAt(value, 0, 32);
}

/** True for 16 lowercase hex digits that are not all zero. */
export function isSpanId(value: unknown): value is string {
	return typeof value === 'string' && value.length === 16 && isIdAt(value, 0, 16);
}
