import { DateTime } from 'luxon';
import { RuleError } from '../errors/rule-error.ts';

const FRACTION = /\.(\d{1,6})\d*(?=Z|[+-]|$)/i;

/**
 * The instant of an ISO 8601 text; without an offset the text is read in `zone`.
 * @param zone IANA name, UTC by default
 * @throws RuleError `TRX_004_DATE_PARSE`
 */
export function instantOf(text: string, zone = 'utc'): DateTime {
	const date = DateTime.fromISO(text, { zone, setZone: false });
	if (!date.isValid) throw new RuleError('TRX_004_DATE_PARSE', 'the text is not an ISO 8601 date', text);
	return date;
}

/**
 * UTC text with six fraction digits. The date library keeps milliseconds, so digits four to six are taken from
 * `original`, the text that the date was read from.
 */
export function isoMicros(date: DateTime, original = ''): string {
	const digits = (FRACTION.exec(original)?.[1] ?? '').padEnd(6, '0').slice(3);
	return `${date.toUTC().toFormat("yyyy-MM-dd'T'HH:mm:ss.SSS")}${digits}Z`;
}
