import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readVerdicts } from '../src/read-verdicts.ts';

const NONE = { keep: [], released: [] };
const keep = { traceId: 'a'.repeat(32), reason: 'ERROR' };

describe('readVerdicts', () => {
	it('takes what is well formed and counts the rest', () => {
		const value = {
			keep: [
				keep,
				{ ...keep, reason: 'constructor' },
				{ ...keep, traceId: 'A'.repeat(32) },
				{ reason: 'ERROR' },
				null,
				7,
			],
			released: ['b', 1, 'b'.repeat(256), 'b'.repeat(257), null],
		};
		expect(readVerdicts(value)).toEqual({
			verdicts: { keep: [keep], released: ['b', 'b'.repeat(256)] },
			refused: 8,
		});
	});

	it.each([
		[1_024, 1_024, 0],
		[1_025, 1_024, 2],
	])('of lists of %d takes %d and counts %d', (length, taken, refused) => {
		const lists = { keep: Array.from({ length }, () => keep), released: Array.from({ length }, () => 'b') };
		const read = readVerdicts(lists);
		expect([read.verdicts.keep.length, read.verdicts.released.length, read.refused]).toEqual([taken, taken, refused]);
	});

	it.each<[unknown, number]>([
		[{}, 0],
		[[], 0],
		[null, 1],
		['keep', 1],
		[7, 1],
		[{ keep: 'all', released: { length: 9 } }, 2],
	])('finds no verdict in %j', (value, refused) => expect(readVerdicts(value)).toEqual({ verdicts: NONE, refused }));

	it('never throws, whatever comes', () => {
		fc.assert(
			fc.property(fc.anything(), fc.anything(), (first, second) => {
				for (const value of [first, { keep: first, released: second }, { keep: [first, second], released: [first] }]) {
					const { verdicts, refused } = readVerdicts(value);
					expect(verdicts.keep.length + verdicts.released.length + refused).toBeLessThan(10_000);
				}
			}),
		);
	});
});
