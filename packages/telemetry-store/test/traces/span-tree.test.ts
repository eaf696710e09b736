import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inTreeOrder, type TreeSpan } from '../../src/traces/span-tree.ts';
import { gapsBetween } from '../../src/traces/trace-gaps.ts';

const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const spans: fc.Arbitrary<readonly TreeSpan[]> = fc.array(
	fc.oneof(fc.record({ spanId: id, parentSpanId: id }), fc.record({ spanId: id })),
	{ maxLength: 12 },
);

it('places every span once, after its parent, whatever they say', () => {
	fc.assert(
		fc.property(spans, (given) => {
			const placed = inTreeOrder(given);
			expect(new Set(placed.map(({ span }) => span))).toEqual(new Set(given));
			expect(placed).toHaveLength(given.length);
			placed.forEach(({ span, depth, isOrphan }, index) => {
				const ids = given.map(({ spanId }) => spanId);
				expect(isOrphan).toBe(span.parentSpanId !== undefined && !ids.includes(span.parentSpanId));
				if (depth === 0) return;
				const above = placed.slice(0, index).findLast((other) => other.depth === depth - 1);
				expect(above?.span.spanId).toBe(span.parentSpanId);
			});
		}),
	);
});

it('finds the times in which nothing ran', () => {
	const interval = fc.tuple(fc.nat(50), fc.nat(20)).map(([start, length]) => ({ start, end: start + length }));
	fc.assert(
		fc.property(fc.array(interval, { minLength: 1, maxLength: 8 }), (given) => {
			const sorted = given.toSorted((one, other) => one.start - other.start);
			const gaps = gapsBetween(
				sorted.map(({ start, end }) => ({ startNs: BigInt(start), endNs: BigInt(end) })),
				1n,
				100,
			);
			const first = Math.min(...given.map(({ start }) => start));
			const last = Math.max(...given.map(({ end }) => end));
			for (let time = first; time < last; time += 1) {
				const isRunning = given.some(({ start, end }) => start <= time && time < end);
				const isGap = gaps.some(({ startNs, endNs }) => startNs <= time && time < endNs);
				expect(isGap, `at ${time}`).toBe(!isRunning);
			}
			const lengths = gaps.map(({ startNs, endNs }) => endNs - startNs);
			expect(lengths).toEqual(lengths.toSorted((one, other) => Number(other - one)));
		}),
	);
	expect(gapsBetween([], 1n, 1)).toEqual([]);
	const three = [0n, 10n, 30n].map((startNs) => ({ startNs, endNs: startNs + 1n }));
	expect(gapsBetween(three, 10n, 100)).toEqual([{ startNs: 11n, endNs: 30n }]);
	expect(gapsBetween(three, 1n, 1)).toHaveLength(1);
});
