import { expect, it } from 'vitest';
import { harmless } from '../src/commands/terminal-text.ts';

const HOSTILE = { text: 'a\u001b[31mb\u009b2Jc\u202ed\u2028e\rf\u{e0001}g' };

it('leaves nothing that steers a terminal, and JSON that means the same', () => {
	const shown = harmless(JSON.stringify(HOSTILE, undefined, '\t'), true);
	expect(shown.replaceAll(/[\n\t]/g, '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
	expect(JSON.parse(shown)).toEqual(HOSTILE);
	expect(harmless('paid\rowed\r\n', true)).toBe('paid\\u000dowed\r\n');
});

it('changes nothing for a file or another program', () => {
	expect(harmless(HOSTILE.text, false)).toBe(HOSTILE.text);
});
