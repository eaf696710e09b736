import { TextDecoder } from 'node:util';
import { SourceFault } from './parse-codes.ts';

const LABELS: Readonly<Record<string, string>> = { 'UTF-8': 'utf-8', 'ISO-8859-1': 'latin1', 'UTF-16': 'utf-16le', ASCII: 'ascii' };
const decoders = new Map<string, TextDecoder>();

/** Text of a record in its declared encoding, else in the fallback. @throws SourceFault PARSE_004_ENCODING */
export function decodeText(bytes: Uint8Array, declared: string, fallback: string): string {
	for (const encoding of declared === fallback ? [declared] : [declared, fallback]) {
		try {
			const text = decoderOf(encoding).decode(bytes);
			if (text.includes('\u0000')) throw new SourceFault('PARSE_004_ENCODING', '0', 'text without NUL');
			return text;
		} catch (error) {
			if (error instanceof SourceFault) throw error;
		}
	}
	throw new SourceFault('PARSE_004_ENCODING', '0', `text in ${declared}`);
}

function decoderOf(encoding: string): TextDecoder {
	const known = decoders.get(encoding);
	if (known !== undefined) return known;
	const decoder = new TextDecoder(LABELS[encoding] ?? encoding.toLowerCase(), { fatal: true });
	decoders.set(encoding, decoder);
	return decoder;
}
