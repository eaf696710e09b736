import { DateTime } from 'luxon';

/** Reads a retry-after header (seconds or HTTP date) as milliseconds from now; undefined when it is neither. */
export function retryAfterMs(header: string | string[] | undefined, nowMs: number): number | undefined {
	const text = (Array.isArray(header) ? header[0] : header)?.trim();
	if (text === undefined || text === '') return undefined;
	if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
	const date = DateTime.fromHTTP(text);
	return date.isValid ? Math.max(0, date.toMillis() - nowMs) : undefined;
}
