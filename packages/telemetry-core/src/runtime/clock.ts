import { performance } from 'node:perf_hooks';

/** Milliseconds since the Unix epoch with sub-microsecond steps, monotonic within the process. */
export function nowMs(): number {
	return performance.timeOrigin + performance.now();
}
