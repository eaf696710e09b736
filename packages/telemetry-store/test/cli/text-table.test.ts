import { expect, it } from 'vitest';
import { bytesText, textTable } from '../../src/cli/text-table.ts';

it.each([
	[0, '0 B'],
	[999, '999 B'],
	[1_000, '1 KB'],
	[47.44, '47.4 B'],
	[1_254_000_000, '1.25 GB'],
	[5e18, '5000 PB'],
])('writes %d bytes as %s', (bytes, text) => {
	expect(bytesText(bytes)).toBe(text);
});

it('puts cells below each other', () => {
	expect(
		textTable(
			['name', 'rows'],
			[
				['a', '1'],
				['longer', '1,000'],
			],
			['left', 'right'],
		),
	).toBe('name     rows\na           1\nlonger  1,000\n');
});
