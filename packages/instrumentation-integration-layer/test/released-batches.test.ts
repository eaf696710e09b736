import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReleasedBatches } from '../src/released-batches.ts';

const IN = 'ALPHA_BETA';
const OUT = 'BETA_GAMMA';

describe('ReleasedBatches', () => {
	it('releases at once what came to the last module, once', () => {
		const batches = new ReleasedBatches();
		batches.sent(OUT, 'b');
		batches.processed(OUT, 'b');
		expect([batches.take(OUT), batches.take(OUT), batches.take(IN)]).toEqual([['b'], [], []]);
	});

	it('releases a batch with all that the module had sent on by the time it was through', () => {
		const batches = new ReleasedBatches();
		batches.sent(OUT, 'out-1');
		batches.sent(OUT, 'out-2');
		batches.processed(IN, 'in-1');
		batches.sent(OUT, 'out-3');
		batches.processed(IN, 'in-2');
		batches.ended(OUT, 'out-2');
		expect(batches.take(IN)).toEqual([]);
		batches.ended(OUT, 'out-1');
		expect(batches.take(IN)).toEqual(['in-1']);
		batches.ended(OUT, 'out-3');
		expect(batches.take(IN)).toEqual(['in-2']);
	});

	it('takes no module for another in one process', () => {
		const batches = new ReleasedBatches();
		batches.sent(IN, 'a');
		batches.sent(OUT, 'b');
		batches.processed(IN, 'a');
		batches.processed(OUT, 'b');
		expect(batches.take(OUT)).toEqual(['b']);
		batches.ended(OUT, 'b');
		expect(batches.take(IN)).toEqual(['a']);
	});

	it('gives 1,024 at a time', () => {
		const batches = new ReleasedBatches();
		for (let batch = 0; batch < 1_025; batch++) batches.processed(OUT, `b${batch}`);
		expect([1, 2, 3].map(() => batches.take(OUT).length)).toEqual([1_024, 1, 0]);
	});

	it.each([
		[4_096, []],
		[4_097, ['in']],
	])('remembers 4,096 batches that are open, of %d', (count, expected) => {
		const batches = new ReleasedBatches();
		batches.sent(OUT, 'first');
		batches.processed(IN, 'in');
		for (let batch = 1; batch < count; batch++) batches.sent(OUT, `b${batch}`);
		expect(batches.take(IN)).toEqual(expected);
	});

	it('never releases a batch before all that was sent for it has ended, whatever is repeated or comes in another order', () => {
		const step = fc.record({
			does: fc.constantFrom('sent', 'processed', 'ended', 'take'),
			batch: fc.integer({ min: 0, max: 7 }),
		});
		fc.assert(
			fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
				const batches = new ReleasedBatches();
				const open = new Set<string>();
				const needs = new Map<string, Set<string>>();
				for (const { does, batch } of steps) {
					const [inbound, outbound] = [`in-${batch}`, `out-${batch}`];
					if (does === 'sent') {
						batches.sent(OUT, outbound);
						open.add(outbound);
					} else if (does === 'ended') {
						batches.ended(OUT, outbound);
						open.delete(outbound);
						for (const needed of needs.values()) needed.delete(outbound);
					} else if (does === 'processed' && !needs.has(inbound)) {
						batches.processed(IN, inbound);
						needs.set(inbound, new Set(open));
					} else if (does === 'take') {
						for (const released of batches.take(IN)) expect(needs.get(released)?.size).toBe(0);
					}
				}
			}),
		);
	});
});
