// Hot path: every reading of the clock. Closures over constant arrays, as for stages.
import type { Clock } from './clock.ts';
import type { JournalMemory } from './journal-memory.ts';
import { BASE, BASE_HIGH, BASE_LOW, BEGIN, MARK, MARK_TIME, OFFSET, STATE_WORDS, TIMES, TWO_32 } from './slot-state.ts';

/** Words of the clock are within these: one that is at an end is that of no moment. */
const LEAST = -0x8000_0000;
const GREATEST = 0x7fff_ffff;

/**
 * The clock as slots see it. Time since a journal's base fits a word, so that two words of the clock are all that a stage needs of it: what is
 * done with doubles between two readings has to be over before the second one, and takes longer than all else.
 */
export interface SlotClock {
	/** Reads the clock: the slot's journal begins. */
	begin(slot: number): void;
	/** Reads the clock. `row`: of the slot's state. @returns nanoseconds since its journal's base; negative when they do not fit a word */
	sinceBase(row: number): number;
	/** What the clock has said last, in nanoseconds. */
	readonly last: () => number;
	/** What is written last ends at this time, as `sinceBase` has just returned it. */
	mark(slot: number, since: number): void;
	/** When what was written last ended, in nanoseconds of the clock. */
	markOf(slot: number): number;
	/** The times of the journal's entries are relative to this one from now on. */
	setBase(slot: number, nanoseconds: number): void;
}

export function createSlotClock({ state, times }: JournalMemory, clock: Clock): SlotClock {
	const { read, words, low, last } = clock;
	const high = 1 - low;

	function markOf(slot: number): number {
		const mark = state[slot * STATE_WORDS + MARK]!;
		return mark >= 0 ? times[slot * TIMES + BASE]! + mark : times[slot * TIMES + MARK_TIME]!;
	}

	return {
		last,
		markOf,

		begin(slot: number): void {
			read();
			const row = slot * STATE_WORDS;
			state[row + BASE_LOW] = words[low]!;
			state[row + BASE_HIGH] = words[high]!;
			state[row + MARK] = 0;
			const now = last();
			times[slot * TIMES + BASE] = now;
			times[slot * TIMES + BEGIN] = now;
			times[slot * TIMES + OFFSET] = clock.offset;
		},

		sinceBase(row: number): number {
			read();
			const base = state[row + BASE_LOW]!;
			const now = words[low]!;
			const borrowed = now >>> 0 < base >>> 0 ? 1 : 0;
			return words[high]! - borrowed === state[row + BASE_HIGH] ? (now - base) | 0 : -1;
		},

		mark(slot: number, since: number): void {
			state[slot * STATE_WORDS + MARK] = since;
			if (since < 0) times[slot * TIMES + MARK_TIME] = last();
		},

		setBase(slot: number, nanoseconds: number): void {
			const row = slot * STATE_WORDS;
			times[slot * TIMES + MARK_TIME] = markOf(slot);
			state[row + MARK] = -1;
			times[slot * TIMES + BASE] = nanoseconds;
			state[row + BASE_LOW] = nanoseconds;
			// Times from elsewhere may be anything: cut to a word they could be those of another moment.
			state[row + BASE_HIGH] = Math.max(LEAST, Math.min(Math.floor(nanoseconds / TWO_32), GREATEST));
		},
	};
}
