import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EmptySampleError, median, pairedDifferences, quantile, spread } from '../src/index.ts';

describe('statistics', () => {
	it('interpolates between neighbours', () => {
		expect([median([3, 1, 2]), median([4, 1, 2, 3]), quantile([0, 10], 0.25), quantile([5], 0.999)]).toEqual([
			2, 2.5, 2.5, 5,
		]);
	});

	it('sorts by number, not by text', () => {
		expect(spread([100, 9, 20, -1, 3])).toEqual({ count: 5, median: 9, q1: 3, q3: 20, min: -1, max: 100 });
	});

	it('rejects an empty sample', () => {
		expect(() => median([])).toThrow(EmptySampleError);
	});

	it('keeps quantiles in order and within the sample', () => {
		const sample = fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1 });
		fc.assert(
			fc.property(sample, (values) => {
				const { min, q1, median: middle, q3, max } = spread(values);
				const isOrdered = min <= q1 && q1 <= middle && middle <= q3 && q3 <= max;
				return isOrdered && quantile(values, 0) === min && quantile(values, 1) === max;
			}),
		);
	});

	it('takes drift out of the differences', () => {
		const drift = Array.from({ length: 250 }, (_, index) => 1000 + index * 10);
		const slower = drift.map((value) => value + 7);
		expect(spread(pairedDifferences(drift, slower))).toEqual({
			count: 250,
			median: 7,
			q1: 7,
			q3: 7,
			min: 7,
			max: 7,
		});
	});
});
