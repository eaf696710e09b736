// Hot path: several calls for every record.
import { performance } from 'node:perf_hooks';

// A getter that costs a third of the clock itself.
const { timeOrigin } = performance;

/** Milliseconds since the Unix epoch with sub-microsecond steps, monotonic within the process. */
export function nowMs(): number {
	return timeOrigin + performance.now();
}
