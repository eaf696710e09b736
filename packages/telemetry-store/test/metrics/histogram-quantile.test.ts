import fc from 'fast-check';
import { expect, it } from 'vitest';
import { histogramQuantile } from '../../src/metrics/histogram-quantile.ts';

it('lies in the bucket of the value that has so many below it, and rises with the share', () => {
	const values = fc.array(fc.double({ min: 0, max: 99, noNaN: true }), { minLength: 1, maxLength: 50 });
	const bounds = [10, 20, 50, 100];
	fc.assert(
		fc.property(values, fc.double({ min: 0.01, max: 1, noNaN: true }), (measured, share) => {
			const counts = [...bounds, Number.POSITIVE_INFINITY].map((upper, index) => {
				const lower = index === 0 ? Number.NEGATIVE_INFINITY : (bounds[index - 1] as number);
				return measured.filter((value) => value > lower && value <= upper).length;
			});
			const sorted = measured.toSorted((one, other) => one - other);
			const exact = sorted[Math.ceil(share * measured.length) - 1] as number;
			const found = histogramQuantile(share, bounds, counts) as number;
			const upper = bounds.find((bound) => exact <= bound) as number;
			const lower = [0, ...bounds].findLast((bound) => bound < exact) ?? 0;
			expect(found).toBeGreaterThanOrEqual(lower);
			expect(found).toBeLessThanOrEqual(upper);
			expect(histogramQuantile(1, bounds, counts)).toBeGreaterThanOrEqual(found);
		}),
	);
});

it('has nothing to say of nothing, and ends with the last bound', () => {
	expect(histogramQuantile(0.5, [1, 2], [0, 0, 0])).toBeUndefined();
	expect(histogramQuantile(0.5, [], [7])).toBeUndefined();
	expect(histogramQuantile(0.5, [1, 2], [0, 0, 7])).toBe(2);
	expect(histogramQuantile(0.5, [-2, 2], [4, 0, 0])).toBe(-2);
	expect(histogramQuantile(0, [1, 2], [0, 4, 0])).toBe(1);
});
