/** An instant with microseconds. Two numbers, because one would lose the microseconds of far dates. */
export interface Instant {
	/** Whole seconds since the Unix epoch. */
	readonly seconds: number;
	/** 0..999,999. */
	readonly micros: number;
}

const ISO = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:[.,](\d{1,12}))?(?:([Zz])|([+-])(\d{2}):?(\d{2}))$/;
const ISO_MICROS = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/;
const FIRST_YEAR_SECONDS = -62_167_219_200; // 0000-01-01
const AFTER_LAST_YEAR_SECONDS = 253_402_300_800; // 10000-01-01

const TWO_DIGITS: readonly string[] = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));
const THREE_DIGITS: readonly string[] = Array.from({ length: 1000 }, (_, number) => String(number).padStart(3, '0'));

// Minutes written lately, each at its place: a record's times lie in a few of them, and a date as text costs 0.5 µs.
const MINUTES = 64;
const minutes = new Float64Array(MINUTES).fill(Number.NaN);
const minuteTexts = new Array<string>(MINUTES).fill('');

/** `YYYY-MM-DDTHH:mm:ss.ffffffZ`. @throws RangeError outside the years 0..9999 */
export function formatInstant({ seconds, micros }: Instant): string {
	if (seconds < FIRST_YEAR_SECONDS || seconds >= AFTER_LAST_YEAR_SECONDS) {
		throw new RangeError(`Second ${seconds} has no four-digit year.`);
	}
	const ofMinute = seconds - Math.floor(seconds / 60) * 60;
	const minute = (seconds - ofMinute) / 60;
	const at = minute & (MINUTES - 1);
	if (minutes[at] !== minute) {
		minutes[at] = minute;
		minuteTexts[at] = new Date(minute * 60_000).toISOString().slice(0, 17);
	}
	const millis = Math.floor(micros / 1000);
	return `${minuteTexts[at]}${TWO_DIGITS[ofMinute]}.${THREE_DIGITS[millis]}${THREE_DIGITS[micros - millis * 1000]}Z`;
}

/**
 * Reads an ISO 8601 date and time with a zone; digits beyond microseconds are cut. Undefined for anything else, for
 * dates that no calendar has, and for instants outside the years 0..9999.
 */
export function parseInstant(text: string): Instant | undefined {
	const match = ISO.exec(text);
	if (match === null) return undefined;
	const [, date, time, fraction = '', , sign, zoneHours = '0', zoneMinutes = '0'] = match;
	const localMs = Date.parse(`${date}T${time}Z`);
	// Date.parse rolls 30 February over in some engines; what comes back must be what went in.
	if (Number.isNaN(localMs) || new Date(localMs).toISOString().slice(0, 19) !== `${date}T${time}`) return undefined;
	if (Number(zoneHours) > 23 || Number(zoneMinutes) > 59) return undefined;
	const zoneSeconds = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60 * (sign === '-' ? -1 : 1);
	const seconds = localMs / 1000 - zoneSeconds;
	if (seconds < FIRST_YEAR_SECONDS || seconds >= AFTER_LAST_YEAR_SECONDS) return undefined;
	return { seconds, micros: Number(fraction.slice(0, 6).padEnd(6, '0')) };
}

/** True for `YYYY-MM-DDTHH:mm:ss.ffffffZ` of a real date. */
export function isIsoMicros(value: unknown): value is string {
	return typeof value === 'string' && ISO_MICROS.test(value) && parseInstant(value) !== undefined;
}

/** Milliseconds since the Unix epoch, fractions kept to the microsecond, as ISO text. @throws RangeError outside the years 0..9999 */
export function isoFromMs(epochMs: number): string {
	const seconds = Math.floor(epochMs / 1000);
	const micros = Math.round((epochMs - seconds * 1000) * 1000);
	return micros === 1_000_000 ? formatInstant({ seconds: seconds + 1, micros: 0 }) : formatInstant({ seconds, micros });
}

/** Milliseconds since the Unix epoch; undefined when the text is no instant. */
export function msFromIso(text: string): number | undefined {
	const instant = parseInstant(text);
	return instant === undefined ? undefined : instant.seconds * 1000 + instant.micros / 1000;
}

/** Now, with the microseconds of the monotonic clock. */
export function isoNow(): string {
	return isoFromMs(performance.timeOrigin + performance.now());
}
