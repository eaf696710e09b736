import { BUCKET_FAMILIES } from '@pipeline/telemetry-core/registry';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BucketBounds } from '../../src/metrics/bucket-bounds.ts';

const families = Object.values(BUCKET_FAMILIES);

/** By its definition: the first bound that is not below the value. */
function expected(bounds: readonly number[], value: number): number {
	const at = bounds.findIndex((bound) => value <= bound);
	return at === -1 ? bounds.length : at;
}

describe('BucketBounds', () => {
	it('bounds are inclusive, in every family', () => {
		for (const family of families) {
			const bounds = new BucketBounds(family);
			family.forEach((bound, at) => {
				const next = bound * (1 + Number.EPSILON);
				const before = bound * (1 - Number.EPSILON);
				expect([before, bound, next].map((value) => bounds.bucketOf(value))).toEqual([at, at, at + 1]);
			});
		}
	});

	it('finds the bucket of any value in any list of bounds', () => {
		const number = fc.oneof(
			fc.double({ noNaN: true }),
			fc.constantFrom(0, -1, 5e-324, 1e308, Number.POSITIVE_INFINITY),
		);
		const list = fc.oneof(
			fc.constantFrom(...families),
			fc.uniqueArray(number, { maxLength: 40 }).map((some) => some.sort((a, b) => a - b)),
		);
		fc.assert(
			fc.property(list, fc.array(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true })), (bounds, values) => {
				const found = new BucketBounds(bounds);
				const near = bounds.filter((bound) => bound >= 0 && Number.isFinite(bound));
				const all = [...values, ...near, ...near.map((bound) => bound * (1 - Number.EPSILON / 2))];
				expect(all.map((value) => found.bucketOf(value))).toEqual(all.map((value) => expected(bounds, value)));
			}),
			{ numRuns: 500 },
		);
	}, 60_000);

	it('takes -0 for 0, and has no bucket for what is no measurement', () => {
		const bounds = new BucketBounds([-1, 0, 1]);
		const none = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, -5e-324, '1' as never];
		expect([-0, ...none].map((value) => bounds.bucketOf(value))).toEqual([1, ...none.map(() => -1)]);
	});

	it('has a bucket above the last bound, and one when there are no bounds', () => {
		expect([new BucketBounds([1, 2]).buckets, new BucketBounds([]).buckets]).toEqual([3, 1]);
		expect(new BucketBounds([]).bucketOf(0)).toBe(0);
	});
});
