import { GAMMA_CODES } from '../errors/codes.ts';
import type { OutputEncoding } from './formatting.ts';
import { RenderError } from './render-error.ts';

const HIGHEST: Readonly<Record<Exclude<OutputEncoding, 'UTF-8'>, number>> = { ASCII: 0x7f, 'ISO-8859-1': 0xff };
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Text as bytes.
 * @throws RenderError when the encoding lacks a character: nothing is ever replaced by `?`.
 */
export function encodeText(text: string, encoding: OutputEncoding): Uint8Array {
	if (encoding === 'UTF-8') {
		if (LONE_SURROGATE.test(text)) throw new RenderError(GAMMA_CODES.renderEncoding, 'lone surrogate in text');
		return Buffer.from(text, 'utf8');
	}
	for (let index = 0; index < text.length; index++) {
		if (text.charCodeAt(index) > HIGHEST[encoding]) {
			throw new RenderError(GAMMA_CODES.renderEncoding, `character ${index} is not in ${encoding}`);
		}
	}
	return Buffer.from(text, 'latin1');
}
