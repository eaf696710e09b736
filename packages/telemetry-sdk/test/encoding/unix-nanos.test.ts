import { describe, expect, it } from 'vitest';
import { UnixNanos } from '../../src/encoding/unix-nanos.ts';

describe('64-bit nanoseconds', () => {
	const times = new UnixNanos();
	const view = new DataView(new ArrayBuffer(8));
	function nanos(milliseconds: number, offset: number): bigint {
		times.clear();
		times.write(times.addBase(milliseconds), offset, view, 0);
		return view.getBigUint64(0, true);
	}

	it.each([
		[0, 0, 0n],
		[0.000001, 0, 1n],
		[1_795_000_000_000.25, 7, 1_795_000_000_000_250_007n],
		// Carried from the low word into the high one.
		[4_294.967, 295, 4_294_967_295n],
		[4_294.967, 296, 4_294_967_296n],
		[4_294.967, 296 + 3 * 2 ** 32, 17_179_869_184n],
		[0, Number.MAX_SAFE_INTEGER, 9_007_199_254_740_991n],
		[17_999_999_999_999, 999_999, 17_999_999_999_999_999_999n],
	])('%d ms and %d ns', (milliseconds, offset, expected) => {
		expect(nanos(milliseconds, offset)).toBe(expected);
	});

	it.each([Number.NaN, -1, Number.POSITIVE_INFINITY, 18_000_000_000_000])('%d ms are no time', (milliseconds) => {
		expect(nanos(milliseconds, 5)).toBe(5n);
	});

	it.each([
		[Number.NaN, 0n],
		[-1, 0n],
		[2 ** 60, BigInt(Number.MAX_SAFE_INTEGER)],
	])('an offset of %d is kept within what is exact', (offset, expected) => {
		expect(nanos(0, offset)).toBe(expected);
	});

	it('tells which of two is later, whatever their bases', () => {
		times.clear();
		const early = times.addBase(1_000);
		const late = times.addBase(6_000);
		expect([
			times.isLater(late, 0, early, 4_999_999_999),
			times.isLater(late, 0, early, 5_000_000_000),
			times.isLater(early, 5_000_000_001, late, 0),
		]).toEqual([true, false, true]);
	});

	it('keeps as many bases as there are', () => {
		times.clear();
		const bases = Array.from({ length: 100 }, (_, at) => times.addBase(at));
		times.write(bases[50] as number, 0, view, 0);
		expect(view.getBigUint64(0, true)).toBe(50_000_000n);
	});
});
