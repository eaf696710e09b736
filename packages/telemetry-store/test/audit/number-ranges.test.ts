import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NumberRanges } from '../../src/audit/number-ranges.ts';

it('has the numbers that were added, whatever their order', () => {
	const numbersToAdd = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 80 });
	fc.assert(
		fc.property(numbersToAdd, (added) => {
			const ranges = new NumberRanges(100);
			for (const number of added) ranges.add(number);
			const expected = new Set(added);
			for (let number = 1; number <= 61; number++) expect(ranges.has(number)).toBe(expected.has(number));
			const top = ranges.top;
			expect(expected.has(top + 1)).toBe(false);
			const again = new NumberRanges(100, top, ranges.later);
			expect(again.later).toEqual(ranges.later);
			for (const [from, to] of ranges.later) {
				expect(from).toBeLessThanOrEqual(to);
				expect(expected.has(from - 1) || expected.has(to + 1)).toBe(false);
			}
		}),
	);
});

it('forgets the highest ranges beyond its bound, and knows that it is not sure of them', () => {
	const ranges = new NumberRanges(2);
	for (const number of [3, 5, 7, 9]) ranges.add(number);
	expect(ranges.later).toEqual([
		[3, 3],
		[5, 5],
	]);
	expect(ranges.has(7)).toBe(false);
	expect([5, 6, 7].map((number) => ranges.isSureOf(number))).toEqual([true, false, false]);
	for (const number of [1, 2, 4]) ranges.add(number);
	expect([ranges.top, ranges.later, ranges.isSureOf(6)]).toEqual([5, [], false]);
});
