/** Older records have been given up: their time is that of a stopped clock, or of another machine. */
const MAX_AGE_MS = 86_400_000;

/** A point in time that is at most a day away from another; undefined for any other, and for what is no time. Milliseconds. */
export function credibleMs(ms: number | undefined, nearMs: number): number | undefined {
	return ms !== undefined && Math.abs(nearMs - ms) <= MAX_AGE_MS ? ms : undefined;
}

/** As {@link credibleMs}, from ISO 8601. */
export function credibleTime(iso: string | undefined, nearMs: number): number | undefined {
	return iso === undefined ? undefined : credibleMs(Date.parse(iso), nearMs);
}
