/** `baggage-octet` without `%`: everything else, `%` included, is written as UTF-8 bytes in percent form. */
const PLAIN = /^[\x21\x23\x24\x26-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/;
const encoder = new TextEncoder();
// `ignoreBOM`: a byte order mark is content here, like any other character.
const decoder = new TextDecoder(undefined, { ignoreBOM: true });

/** Percent-encodes a baggage value. Lone surrogates become U+FFFD. */
export function percentEncode(value: string): string {
	if (PLAIN.test(value)) return value;
	let encoded = '';
	for (const byte of encoder.encode(value)) {
		const character = String.fromCharCode(byte);
		encoded += PLAIN.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
	}
	return encoded;
}

/** Decodes a baggage value. A `%` without two hex digits stays as it is; invalid UTF-8 becomes U+FFFD. Never throws. */
export function percentDecode(value: string): string {
	if (!value.includes('%')) return value;
	try {
		return decodeURIComponent(value);
	} catch {
		return decodeLeniently(value);
	}
}

function decodeLeniently(value: string): string {
	const bytes = encoder.encode(value);
	let length = 0;
	for (let index = 0; index < bytes.length; index++) {
		const code = bytes[index] === 37 ? Number.parseInt(hexPair(bytes, index + 1), 16) : Number.NaN;
		const isEncoded = !Number.isNaN(code);
		bytes[length++] = isEncoded ? code : bytes[index]!;
		if (isEncoded) index += 2;
	}
	return decoder.decode(bytes.subarray(0, length));
}

function hexPair(bytes: Uint8Array, index: number): string {
	const pair = String.fromCharCode(bytes[index] ?? 0, bytes[index + 1] ?? 0);
	return /^[0-9a-fA-F]{2}$/.test(pair) ? pair : '';
}
