import fc from 'fast-check';
import { expect, it } from 'vitest';
import { renderTable } from '../../src/terminal/table.ts';
import { instantOf } from '../../src/terminal/time-option.ts';

interface Row {
	readonly name: string;
	readonly count?: number;
}

const COLUMNS = [
	{ title: 'NAME', of: ({ name }: Row) => name },
	{ title: 'COUNT', of: ({ count }: Row) => count, isNumber: true },
];

it('is as wide as what is in it', () => {
	const rows = [{ name: 'long enough', count: 7 }, { name: 'b', count: 12_345 }, { name: 'c' }];
	expect(renderTable(COLUMNS, rows, Number.POSITIVE_INFINITY)).toBe(
		['NAME         COUNT', 'long enough      7', 'b            12345', 'c'].join('\n'),
	);
	expect(renderTable(COLUMNS, rows, 16)).toBe(
		['NAME       COUNT', 'long eno…      7', 'b          12345', 'c'].join('\n'),
	);
});

it('keeps to its width and to a line each, whatever is in it', () => {
	fc.assert(
		fc.property(
			fc.array(fc.record({ name: fc.string({ unit: 'binary' }), count: fc.nat() })),
			fc.integer({ min: 20, max: 200 }),
			(rows, width) => {
				const lines = renderTable(COLUMNS, rows, width).split('\n');
				expect(lines).toHaveLength(rows.length + 1);
				for (const line of lines) {
					expect(line.length).toBeLessThanOrEqual(Math.max(width, 20));
					expect(line).not.toMatch(/\p{Cc}/u);
				}
			},
		),
	);
	expect(renderTable(COLUMNS, [{ name: '\u001B[31mred\u001B[0m\u0007\r\nnext' }], 80)).toContain('red next');
});

it('leaves nothing in a table that steers a terminal', () => {
	// Colour, title of the window, a command of eight bits, other direction of reading, a line of its own.
	const hostile = 'a\u001b[31mb\u001b]0;title\u0007c\u009b2Jd\u202ee\u2028f\r\ng\u{e0001}h\u007f';
	const [, line = '', ...more] = renderTable([{ title: 'TEXT', of: (text: string) => text }], [hostile], 80).split(
		'\n',
	);
	expect(more).toEqual([]);
	expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
	expect(line).toMatch(/^ab.*h/);
});

it('reads when something was', () => {
	const now = Date.parse('2026-11-21T10:00:00Z');
	const at = (text: string) => instantOf(text, now);
	expect([at('30s'), at('5m'), at('24h'), at('7d')]).toEqual([
		'2026-11-21T09:59:30.000Z',
		'2026-11-21T09:55:00.000Z',
		'2026-11-20T10:00:00.000Z',
		'2026-11-14T10:00:00.000Z',
	]);
	expect(at('2026-11-21')).toBe('2026-11-21T00:00:00.000Z');
	expect(at('2026-11-21T11:30+01:00')).toBe('2026-11-21T10:30:00.000Z');
	for (const text of ['', 'yesterday', '1w', '-1h', '2026-13-01', '2026-11-21T25:00Z', '1h30m']) {
		expect(() => at(text), text).toThrow(/Say how long ago/);
	}
});
