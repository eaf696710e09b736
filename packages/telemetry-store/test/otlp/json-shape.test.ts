import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeOtlp } from '../../src/otlp/decode-otlp.ts';
import { checkJsonShape } from '../../src/otlp/json-shape.ts';

const check = (text: string) => checkJsonShape(Buffer.from(text));
const tooLarge = expect.objectContaining({ code: 'OTLP_TOO_LARGE' });

it('refuses what is too deep or has too many parts', () => {
	check('['.repeat(256));
	expect(() => check('['.repeat(257))).toThrow(tooLarge);
	expect(() => check('{"a":'.repeat(257))).toThrow(tooLarge);
	check(`${'[],'.repeat(2_000_000)}0`);
	expect(() => check(`${'{},'.repeat(2_000_001)}0`)).toThrow(tooLarge);
	check('0,'.repeat(4_000_000));
	expect(() => check('0,'.repeat(4_000_001))).toThrow(tooLarge);
});

it('counts nothing that stands in a text', () => {
	fc.assert(
		fc.property(fc.array(fc.constantFrom('[', '{', ',', '"', '\\', '\n', 'ä', '😀')), (signs) => {
			const text = signs.join('').repeat(300);
			check(JSON.stringify([text, { [text]: text }]));
			expect(() => check(JSON.stringify(text) + '['.repeat(257))).toThrow(tooLarge);
		}),
	);
	// Neither text ends.
	check(`"${'['.repeat(300)}`);
	check(`"\\"${'['.repeat(300)}\\`);
});

it('is asked before a request is parsed', () => {
	const deep = Buffer.from(`{"resourceLogs":[],"unknown":${'['.repeat(300)}${']'.repeat(300)}}`);
	expect(() => decodeOtlp('logs', 'json', deep)).toThrow(tooLarge);
});
