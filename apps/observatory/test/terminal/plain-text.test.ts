import { expect, it } from 'vitest';
import { jsonText } from '../../src/terminal/plain-text.ts';
import { renderTable } from '../../src/terminal/table.ts';

/** Colour, title of the window, a command of eight bits, other direction of reading, a line of its own. */
const HOSTILE = 'a\u001b[31mb\u001b]0;title\u0007c\u009b2Jd\u202ee\u2028f\r\ng\u{e0001}h\u007f';
const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

it('leaves nothing in a table that steers a terminal', () => {
	const [, line = '', ...more] = renderTable([{ title: 'TEXT', of: (text: string) => text }], [HOSTILE], 80).split(
		'\n',
	);
	expect(more).toEqual([]);
	expect(line).not.toMatch(CONTROLS);
	expect(line).toMatch(/^ab.*h/);
});

it.each([undefined, 2])('writes JSON that steers nothing and means the same, indented by %s', (indent) => {
	const text = jsonText({ [HOSTILE]: [HOSTILE, 'ä€😀'] }, indent);
	expect(text.replaceAll('\n', '')).not.toMatch(CONTROLS);
	expect(text).toContain('ä€😀');
	expect(JSON.parse(text)).toEqual({ [HOSTILE]: [HOSTILE, 'ä€😀'] });
});
