import { endianness } from 'node:os';
import { performance } from 'node:perf_hooks';
import { NS_PER_MS } from './slot-state.ts';

const JUMP_MS = 1;
/** Two clocks are read one behind the other so often; the closest pair tells how far they are apart. */
const PAIRS = 8;

// One for the process, not one for each clock: the compiler then knows where its memory is.
const nanoseconds = monotonicNanoseconds();

/**
 * The recorder's clock: monotonic nanoseconds, and what has to be added to get the time of day. The two drift apart, so the difference is
 * taken anew with every batch of receipts.
 */
export interface Clock {
	/** Nanoseconds, monotonic, from an arbitrary beginning. */
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
		now: nanoseconds,
		offset: performance.timeOrigin + distanceMs(),
		jumps: 0,
		anchor() {
			const offset = Date.now() - nanoseconds() / NS_PER_MS;
			const difference = offset - clock.offset;
			// The time of day has whole milliseconds: within one, the finer offset of the start is the better one.
			if (Math.abs(difference) <= JUMP_MS) return;
			clock.jumps++;
			clock.offset = offset;
		},
	};
	return clock;
}

/**
 * `process.hrtime.bigint()` as a number: exact for 104 days since the machine's start, to 2 ns for as long again. Read back as two words, as the
 * conversion of a bigint takes longer than the clock; `performance.now()` takes a fifth longer than both.
 */
function monotonicNanoseconds(): () => number {
	const ticks = new BigUint64Array(1);
	const words = new Uint32Array(ticks.buffer);
	const low = endianness() === 'LE' ? 0 : 1;
	const high = 1 - low;
	const { bigint } = process.hrtime;
	return () => {
		ticks[0] = bigint();
		return words[high]! * 0x1_0000_0000 + words[low]!;
	};
}

/** Milliseconds from the beginning of these nanoseconds to that of `performance`: others take times of stages from it. */
function distanceMs(): number {
	let distance = 0;
	let closest = Number.POSITIVE_INFINITY;
	for (let pair = 0; pair < PAIRS; pair++) {
		const before = nanoseconds();
		const now = performance.now();
		const apart = nanoseconds() - before;
		if (apart >= closest) continue;
		closest = apart;
		distance = now - (before + apart / 2) / NS_PER_MS;
	}
	return distance;
}

/** Counts from its first reading, so that nanoseconds stay exact. */
function manualClock(now: () => number): Clock {
	const offset = Math.floor(now());
	return { now: () => (now() - offset) * NS_PER_MS, offset, jumps: 0, anchor() {} };
}
