import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MinuteRatio } from '../../src/instrumentation/minute-ratio.ts';

describe('MinuteRatio', () => {
	it('is unknown while nothing happened', () => {
		expect(new MinuteRatio().ratio).toBeUndefined();
	});

	it('forgets after 60 seconds', () => {
		let now = 1_000_000;
		const ratio = new MinuteRatio(() => now);
		ratio.add(true);
		now += 59_999;
		ratio.add(false);
		expect([ratio.ratio, ratio.total]).toEqual([0.5, 2]);
		now += 1;
		expect([ratio.ratio, ratio.total]).toEqual([0, 1]);
	});

	it('says hits per second, averaged over the minute', () => {
		const ratio = new MinuteRatio(() => 1_000_000);
		expect(ratio.perSecond).toBe(0);
		for (const isHit of [true, true, true, false]) ratio.add(isHit);
		expect(ratio.perSecond).toBe(3 / 60);
	});

	it('is the share of hits among everything within the minute, whenever it came', () => {
		const happenings = fc.array(fc.tuple(fc.integer({ min: 0, max: 20_000 }), fc.boolean()), { maxLength: 200 });
		fc.assert(
			fc.property(happenings, (steps) => {
				let now = 0;
				const ratio = new MinuteRatio(() => now);
				const all = steps.map(([pause, isHit]) => {
					now += pause;
					ratio.add(isHit);
					return { second: Math.floor(now / 1000), isHit };
				});
				const recent = all.filter(({ second }) => second > Math.floor(now / 1000) - 60);
				const hits = recent.filter(({ isHit }) => isHit).length;
				expect(ratio.total).toBe(recent.length);
				expect(ratio.ratio).toBe(recent.length === 0 ? undefined : hits / recent.length);
			}),
		);
	});
});
