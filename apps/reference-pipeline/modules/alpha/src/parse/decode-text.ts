import { isAscii, isUtf8 } from 'node:buffer';
import { type Encoding, encodingNamed } from '../source/text/encoding.ts';
import { SourceFault } from './parse-codes.ts';

/** Text of a record in its declared encoding, else in the fallback. Nothing is replaced. @throws SourceFault PARSE_004_ENCODING */
export function decodeText(bytes: Uint8Array, declared: string, fallback: string): string {
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	for (const name of declared === fallback ? [declared] : [declared, fallback]) {
		const encoding = encodingNamed(name);
		const text = encoding && decoded(buffer, encoding);
		if (text?.includes('\u0000')) throw new SourceFault('PARSE_004_ENCODING', '0', 'text without NUL');
		if (text !== undefined) return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
	}
	throw new SourceFault('PARSE_004_ENCODING', '0', `text in ${declared}`);
}

function decoded(bytes: Buffer, encoding: Encoding): string | undefined {
	switch (encoding) {
		case 'UTF-8':
			return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
		case 'ASCII':
			return isAscii(bytes) ? bytes.toString('latin1') : undefined;
		case 'ISO-8859-1':
			return bytes.toString('latin1');
		case 'UTF-16':
			return wide(bytes);
		case 'UTF-16BE':
			return bytes.length % 2 === 0 ? wide(Buffer.from(bytes).swap16()) : undefined;
	}
}

function wide(bytes: Buffer): string | undefined {
	if (bytes.length % 2 !== 0) return undefined;
	const text = bytes.toString('utf16le');
	return text.isWellFormed() ? text : undefined;
}
