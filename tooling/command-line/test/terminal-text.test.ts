import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { harmlessLines, harmlessOn, harmlessPieces, jsonText } from '../src/terminal-text.ts';

/** Colour, title of the window, a command of eight bits, other direction of reading, a line of its own. */
const HOSTILE = 'a\u001b[31mb\u001b]0;title\u0007c\u009b2Jd\u202ee\u2028f\r\ng\u{e0001}h\u007f';
const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

it.each([undefined, 2])('writes JSON that steers nothing and means the same, indented by %s', (indent) => {
	const text = jsonText({ [HOSTILE]: [HOSTILE, 'ä€😀'] }, indent);
	expect(text.replaceAll('\n', '')).not.toMatch(CONTROLS);
	expect(text).toContain('ä€😀');
	expect(JSON.parse(text)).toEqual({ [HOSTILE]: [HOSTILE, 'ä€😀'] });
});

it('writes exports that steer nothing, and JSON among them means the same', () => {
	const line = JSON.stringify({ a: HOSTILE });
	const shown = harmlessLines(`${line}\n\t${line}\r\n`);
	expect(shown.replaceAll(/[\n\t]|\r\n/g, '')).not.toMatch(CONTROLS);
	expect(shown.split(/\r?\n\t?/, 2).map((text) => JSON.parse(text))).toEqual([{ a: HOSTILE }, { a: HOSTILE }]);
	expect(harmlessLines('paid\rowed\r\n')).toBe('paid\\u000dowed\r\n');
});

it('changes nothing for a file or another program', () => {
	expect(harmlessOn({ isTTY: true }, HOSTILE)).toBe(harmlessLines(HOSTILE));
	expect(harmlessOn({ isTTY: false }, HOSTILE)).toBe(HOSTILE);
	expect(harmlessOn({}, HOSTILE)).toBe(HOSTILE);
});

it('writes the same of a text that comes in pieces, wherever it is cut', async () => {
	const texts = fc.array(fc.constantFrom('a', '\r', '\n', '\u009b', '\u202e', 'ä', '😀', '\u{e0001}', '\u001b'));
	await fc.assert(
		fc.asyncProperty(texts, fc.integer({ min: 1, max: 5 }), async (signs, size) => {
			const bytes = Buffer.from(signs.join(''));
			const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
				bytes.subarray(at * size, (at + 1) * size),
			);
			const shown: string[] = [];
			for await (const piece of harmlessPieces(Readable.from(pieces))) shown.push(piece);
			expect(shown.join('')).toBe(harmlessLines(signs.join('')));
		}),
	);
});
