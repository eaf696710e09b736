const NANOS = 1_000_000_000n;
/** The last second that `DateTime64(9)` holds: 2262-04-11T23:47:15Z. Later instants are written as this one, and not as some of long ago. */
const LAST_SECOND = 9_223_372_035n;
/** The last second that `DateTime` holds: 2106-02-07T06:28:15Z. */
const LAST_DATE_TIME = 4_294_967_295n;

/** Seconds of fewer than ten digits are no instant to the engine; 1e9 is in September 2001. */
const FIRST_SECOND = 1_000_000_000n;

/** An instant as `DateTime64(9)` reads it: seconds since the Unix epoch with nine digits behind the point, or a date. */
export function instantText(nanos: bigint): string {
	const seconds = nanos / NANOS;
	if (seconds > LAST_SECOND) return `${LAST_SECOND}.999999999`;
	const fraction = String(nanos % NANOS).padStart(9, '0');
	if (seconds >= FIRST_SECOND) return `${seconds}.${fraction}`;
	return `${new Date(Number(seconds) * 1_000).toISOString().slice(0, 19)}.${fraction}Z`;
}

/** Whole seconds since the Unix epoch, as `DateTime` reads them. */
export function secondsOf(nanos: bigint): number {
	const seconds = nanos / NANOS;
	return Number(seconds > LAST_DATE_TIME ? LAST_DATE_TIME : seconds);
}
