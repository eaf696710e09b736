import { performance } from 'node:perf_hooks';

const JUMP_MS = 1;

/**
 * The recorder's clock: monotonic milliseconds, and what has to be added to get the time of day. The two drift apart, so the difference is
 * taken anew with every batch of receipts.
 */
export interface Clock {
	/** Milliseconds, monotonic, from an arbitrary beginning. */
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
	if (now !== undefined) return { now, offset: 0, jumps: 0, anchor() {} };
	const clock = {
		now: () => performance.now(),
		offset: performance.timeOrigin,
		jumps: 0,
		anchor() {
			const offset = Date.now() - performance.now();
			const difference = offset - clock.offset;
			// The time of day has whole milliseconds: within one, the finer offset of the start is the better one.
			if (Math.abs(difference) <= JUMP_MS) return;
			clock.jumps++;
			clock.offset = offset;
		},
	};
	return clock;
}
