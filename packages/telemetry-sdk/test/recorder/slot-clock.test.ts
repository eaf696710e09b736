import { describe, expect, it } from 'vitest';
import { createClock } from '../../src/recorder/clock.ts';
import { JournalMemory } from '../../src/recorder/journal-memory.ts';
import { createSlotClock, type SlotClock } from '../../src/recorder/slot-clock.ts';

const SLOT = 0;
const NS_PER_MS = 1_000_000;
/** Where the lower word of nanoseconds begins anew. */
const TURN_MS = 2 ** 32 / NS_PER_MS;
/** More than a word holds. */
const LONG_MS = 2 ** 31 / NS_PER_MS;

/** A slot's journal that began at `beginMs`; `at` lets it be later. */
function begunAt(beginMs: number): { clock: SlotClock; at: (milliseconds: number) => void } {
	let now = 0;
	const memory = new JournalMemory({ slots: 2 });
	const clock = createSlotClock(
		memory,
		createClock(() => now),
	);
	memory.open();
	now = beginMs;
	clock.begin(SLOT);
	const at = (milliseconds: number) => {
		now = milliseconds;
	};
	return { clock, at };
}

describe('nanoseconds since the base', () => {
	it.each([0, 1, TURN_MS - 1, TURN_MS, TURN_MS * 3 - 1, 9_000_000_000])(
		'are those that have passed, from %d ms on',
		(from) => {
			const { clock, at } = begunAt(from);
			for (const passed of [0, 1, 1_500, 2_147]) {
				at(from + passed);
				expect(clock.sinceBase(SLOT)).toBe(passed * NS_PER_MS);
				expect(clock.last()).toBe(Math.round((from + passed) * NS_PER_MS));
			}
		},
	);

	it.each([LONG_MS, LONG_MS + 1, TURN_MS, TURN_MS + 1, TURN_MS * 2 + 1, 1_000_000_000])(
		'are negative after %d ms',
		(passed) => {
			for (const from of [0, TURN_MS - 1]) {
				const { clock, at } = begunAt(from);
				at(from + passed);
				expect(clock.sinceBase(SLOT)).toBeLessThan(0);
			}
		},
	);

	it.each([1, TURN_MS, 5_000_000])('are negative when the clock has gone back by %d ms', (back) => {
		const { clock, at } = begunAt(10_000);
		at(10_000 - back);
		expect(clock.sinceBase(SLOT)).toBeLessThan(0);
	});
});

it.each([2 ** 64, 2 ** 80, -(2 ** 64), 1e300])('a base of %d ns beyond now is that of no moment', (beyond) => {
	const { clock, at } = begunAt(5_000);
	clock.setBase(SLOT, 5_000 * NS_PER_MS + beyond);
	at(5_001);
	expect(clock.sinceBase(SLOT)).toBeLessThan(0);
	clock.setBase(SLOT, 5_000 * NS_PER_MS);
	expect(clock.sinceBase(SLOT)).toBe(NS_PER_MS);
});

describe('the mark', () => {
	it('stays where it was when the base moves', () => {
		const { clock, at } = begunAt(100);
		at(101);
		clock.mark(SLOT, clock.sinceBase(SLOT));
		clock.setBase(SLOT, 5_000 * NS_PER_MS);
		expect(clock.markOf(SLOT)).toBe(101 * NS_PER_MS);
		at(5_002);
		expect(clock.sinceBase(SLOT)).toBe(2 * NS_PER_MS);
		clock.mark(SLOT, clock.sinceBase(SLOT));
		expect(clock.markOf(SLOT)).toBe(5_002 * NS_PER_MS);
	});

	it('may be further from the base than a word reaches', () => {
		const { clock, at } = begunAt(100);
		at(3_600_000);
		clock.mark(SLOT, clock.sinceBase(SLOT));
		expect(clock.markOf(SLOT)).toBe(3_600_000 * NS_PER_MS);
	});
});
