import { endianness } from 'node:os';
import { performance } from 'node:perf_hooks';
import { NS_PER_MS, TWO_32 } from './slot-state.ts';

const JUMP_MS = 1;
/** Two clocks are read one behind the other so often; the closest pair tells how far they are apart. */
const PAIRS = 8;

const LOW = endianness() === 'LE' ? 0 : 1;

// One for the process, not one for each clock: the compiler then knows where its memory is.
const hrtime = hrtimeReading();

/**
 * The recorder's clock: monotonic nanoseconds, and what has to be added to get the time of day. The two drift apart, so the difference is
 * taken anew with every batch of receipts.
 */
export interface Clock {
	/** Reads the clock: nanoseconds, monotonic, from an arbitrary beginning. */
	readonly read: () => void;
	/** What was read last, as two words: conversions would take a fifth as long as reading it. */
	readonly words: Int32Array;
	/** Where the lower of the two is; the other one is beside it. */
	readonly low: number;
	/** What was read last, as a number. */
	readonly last: () => number;
	/** Reads the clock and says what it was. */
	readonly now: () => number;
	/** Milliseconds from that beginning to the Unix epoch. */
	offset: number;
	/** Takes the offset anew. */
	anchor(): void;
	/** How often the time of day had jumped by more than 1 ms. */
	readonly jumps: number;
}

/** @param now milliseconds since the Unix epoch, for tests; the process's own clocks when absent */
export function createClock(now?: () => number): Clock {
	if (now !== undefined) return manualClock(now);
	const clock = {
		...hrtime,
		offset: performance.timeOrigin + distanceMs(),
		jumps: 0,
		anchor() {
			const offset = Date.now() - hrtime.now() / NS_PER_MS;
			const difference = offset - clock.offset;
			// The time of day has whole milliseconds: within one, the finer offset of the start is the better one.
			if (Math.abs(difference) <= JUMP_MS) return;
			clock.jumps++;
			clock.offset = offset;
		},
	};
	return clock;
}

type Reading = Pick<Clock, 'read' | 'words' | 'low' | 'last' | 'now'>;

/** `process.hrtime.bigint()`, without its conversion to a number, which takes longer than the clock; `performance.now()` takes half as long again. */
function hrtimeReading(): Reading {
	const ticks = new BigUint64Array(1);
	const { bigint } = process.hrtime;
	return reading(new Int32Array(ticks.buffer), () => {
		ticks[0] = bigint();
	});
}

/** As a number it is exact for 104 days since the machine's start, to 2 ns for as long again. */
function reading(words: Int32Array, read: () => void): Reading {
	const low = LOW;
	const last = () => words[1 - low]! * TWO_32 + (words[low]! >>> 0);
	const now = () => {
		read();
		return last();
	};
	return { read, words, low, last, now };
}

/** Milliseconds from the beginning of these nanoseconds to that of `performance`: others take times of stages from it. */
function distanceMs(): number {
	let distance = 0;
	let closest = Number.POSITIVE_INFINITY;
	for (let pair = 0; pair < PAIRS; pair++) {
		const before = hrtime.now();
		const now = performance.now();
		const apart = hrtime.now() - before;
		if (apart >= closest) continue;
		closest = apart;
		distance = now - (before + apart / 2) / NS_PER_MS;
	}
	return distance;
}

/** Counts from its first reading, so that nanoseconds stay exact. */
function manualClock(now: () => number): Clock {
	const offset = Math.floor(now());
	const words = new Int32Array(2);
	const read = () => {
		const nanoseconds = Math.round((now() - offset) * NS_PER_MS);
		words[LOW] = nanoseconds;
		words[1 - LOW] = Math.floor(nanoseconds / TWO_32);
	};
	return { ...reading(words, read), offset, jumps: 0, anchor() {} };
}
