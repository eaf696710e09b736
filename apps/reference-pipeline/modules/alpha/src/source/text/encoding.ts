/** Encodings that text is read in. `UTF-16` is little-endian. */
export const ENCODINGS = ['UTF-8', 'ISO-8859-1', 'UTF-16', 'UTF-16BE', 'ASCII'] as const;

/** One of {@link ENCODINGS}. */
export type Encoding = (typeof ENCODINGS)[number];

/** How the text of a file is to be read. */
export interface TextLayout {
	readonly encoding: Encoding;
	/** Bytes of the byte order mark. */
	readonly markBytes: number;
	/** False when the first bytes cannot be text in this encoding. */
	readonly isPlausible: boolean;
}

/** Decides by the first four bytes of a file. A byte order mark outranks what was declared. */
export function textLayoutOf(head: Uint8Array, declared: Encoding): TextLayout {
	const [first, second, third, fourth] = head;
	if (first === 0xff && second === 0xfe) {
		const isUtf32 = third === 0 && fourth === 0;
		return { encoding: 'UTF-16', markBytes: 2, isPlausible: !isUtf32 };
	}
	if (first === 0xfe && second === 0xff) return { encoding: 'UTF-16BE', markBytes: 2, isPlausible: true };
	if (first === 0xef && second === 0xbb && third === 0xbf)
		return { encoding: 'UTF-8', markBytes: 3, isPlausible: true };
	// NUL among the first bytes: an encoding wider than declared, or no text at all.
	const isPlausible = unitBytesOf(declared) === 2 || !head.subarray(0, 4).includes(0);
	return { encoding: declared, markBytes: 0, isPlausible };
}

/** Bytes of one code unit. */
export function unitBytesOf(encoding: Encoding): 1 | 2 {
	return encoding.startsWith('UTF-16') ? 2 : 1;
}

/** The encoding of that name; undefined for a name that is not known. */
export function encodingNamed(name: string): Encoding | undefined {
	return ENCODINGS.find((encoding) => encoding === name.toUpperCase());
}

/** One character for each code unit. */
export function unitsOf(chunk: Buffer, encoding: Encoding): string {
	if (unitBytesOf(encoding) === 1) return chunk.toString('latin1');
	const even = chunk.subarray(0, chunk.length - (chunk.length % 2));
	return encoding === 'UTF-16BE' ? Buffer.from(even).swap16().toString('utf16le') : even.toString('utf16le');
}
