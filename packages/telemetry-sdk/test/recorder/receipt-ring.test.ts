import fc from 'fast-check';
import { expect, it } from 'vitest';
import * as Flag from '../../src/recorder/flag.ts';
import * as HEADER from '../../src/recorder/header.ts';
import { JournalMemory } from '../../src/recorder/journal-memory.ts';
import { ReceiptRing } from '../../src/recorder/receipt-ring.ts';
import { SLOT_WORDS } from '../../src/recorder/slot-state.ts';

/** Receipts of more than a quarter of it would pass by. */
const RING_WORDS = 1_100;

/** A ring that tells which receipts it has handed on, and which of those that wait it has let go. */
function ringOf(receiptWords: number) {
	const memory = new JournalMemory({ slots: 1, longSlots: 0, receiptWords });
	const consumed: number[] = [];
	const evicted: number[] = [];
	const ring = new ReceiptRing(memory, {
		consume: (words, at) => consumed.push(words[at + HEADER.SEQUENCE] ?? 0),
		evict(words, at) {
			if (((words[at + HEADER.FLAGS] ?? 0) & Flag.PARKED) !== 0) evicted.push(words[at + HEADER.SEQUENCE] ?? 0);
		},
	});
	memory.open();
	const append = (number: number, length: number, flags: number): number => {
		const log = memory.logs[0]!;
		log.fill(number, 0, length);
		log[HEADER.LENGTH] = length;
		log[HEADER.SEQUENCE] = number;
		log[HEADER.FLAGS] = flags;
		return ring.append(0, length);
	};
	return { ring, memory, consumed, evicted, append };
}

it('uses the same room again while nobody may ask for what is in it', () => {
	const { ring, append } = ringOf(RING_WORDS);
	const first = append(1, 100, Flag.ROOT);
	append(2, 100, Flag.ROOT);
	expect([ring.words, ring.consume(), ring.words, append(3, 100, Flag.ROOT)]).toEqual([200, true, 0, first]);
});

it.each([
	['waits for a verdict', Flag.ROOT | Flag.PARKED],
	['has come from elsewhere', 0],
])('keeps what %s until its room is needed', (_why, flags) => {
	const { ring, append } = ringOf(RING_WORDS);
	const first = append(1, 100, flags);
	ring.consume();
	expect([ring.words, append(2, 100, Flag.ROOT)]).toEqual([100, first + 100]);
});

it('hands on each receipt once, in order, and lets go each of those that wait', () => {
	const step = fc.record({
		length: fc.integer({ min: 17, max: SLOT_WORDS }),
		flags: fc.constantFrom(Flag.ROOT, Flag.ROOT | Flag.PARKED, Flag.PARKED, 0),
		consume: fc.constantFrom(undefined, 1, 200, Number.POSITIVE_INFINITY),
	});
	fc.assert(
		fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
			const { ring, memory, consumed, evicted, append } = ringOf(RING_WORDS);
			const numbers: number[] = [];
			const parked: { readonly number: number; readonly place: number }[] = [];
			steps.forEach(({ length, flags, consume }, at) => {
				const number = at + 1;
				const place = append(number, length, flags);
				numbers.push(number);
				if ((flags & Flag.PARKED) !== 0) parked.push({ number, place });
				if (consume !== undefined) ring.consume(consume);
				expect(ring.words).toBeLessThanOrEqual(RING_WORDS);
			});
			ring.consume();
			expect(consumed).toEqual(numbers);
			const gone = new Set(evicted);
			expect(gone.size).toBe(evicted.length);
			// What was not let go is still there.
			for (const { number, place } of parked)
				if (!gone.has(number)) expect(memory.arena[place + HEADER.SEQUENCE]).toBe(number);
		}),
	);
});
