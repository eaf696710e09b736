/** One list member, the most recent first in its list. */
export interface TraceStateEntry {
	readonly key: string;
	readonly value: string;
}

/** Most list members a `tracestate` may have; one more makes the whole header malformed. */
export const MAX_TRACE_STATE_ENTRIES = 32;
/** Longest `tracestate` that is carried and written, in characters. Longer ones lose whole entries. */
export const MAX_TRACE_STATE_LENGTH = 512;
/** Longest header that is looked at: nothing an HTTP server would let through is longer. */
const MAX_HEADER_LENGTH = 16_384;
/** Entries longer than this are dropped before shorter ones. */
const LONG_ENTRY_LENGTH = 128;

/** This project's own key. */
export const OWN_KEY = 'dp';
/** Its value in a trace that is kept, whatever the sampling ratio says. */
export const KEPT_VALUE = 'k:1';
/** OpenTelemetry's key; `th:` is the sampling threshold. */
export const OPEN_TELEMETRY_KEY = 'ot';

// Level 2: `@` is an ordinary character after the first; tenant and system parts have no limits of their own.
const KEY = /^[a-z0-9][a-z0-9_\-*/@]{0,255}$/;
const VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/** True for a key that level 2 allows: up to 256 of `a-z 0-9 _ - * / @`, beginning with a letter or digit. */
export function isTraceStateKey(key: string): boolean {
	return KEY.test(key);
}

/** True for up to 256 printable ASCII characters without comma and equals sign, not ending in a space. */
export function isTraceStateValue(value: string): boolean {
	return VALUE.test(value);
}

/**
 * Reads a `tracestate` (several headers joined by commas). Empty members are skipped and do not count; of a repeated
 * key the first, most recent, entry stays.
 *
 * @returns undefined when any member is malformed or there are more than 32: the whole header is then discarded
 * @see https://www.w3.org/TR/trace-context-2/#tracestate-header
 */
export function parseTraceState(header: string): readonly TraceStateEntry[] | undefined {
	if (header.length > MAX_HEADER_LENGTH) return undefined;
	const entries: TraceStateEntry[] = [];
	let members = 0;
	for (const part of header.split(',')) {
		const member = trimOptionalWhitespace(part);
		if (member === '') continue;
		const equals = member.indexOf('=');
		const key = member.slice(0, equals);
		const value = member.slice(equals + 1);
		if (equals < 1 || !KEY.test(key) || !VALUE.test(value)) return undefined;
		if (++members > MAX_TRACE_STATE_ENTRIES) return undefined;
		if (!entries.some((entry) => entry.key === key)) entries.push({ key, value });
	}
	return entries;
}

/** Writes at most 32 entries and 512 characters: entries longer than 128 characters go first, then the last ones. */
export function writeTraceState(entries: readonly TraceStateEntry[]): string {
	const kept = entries.slice(0, MAX_TRACE_STATE_ENTRIES);
	let length = kept.reduce((sum, entry) => sum + entryLength(entry) + 1, -1);
	const drop = (index: number) => {
		const [dropped] = kept.splice(index, 1);
		if (dropped !== undefined) length -= entryLength(dropped) + 1;
	};
	for (let index = kept.length - 1; index >= 0 && length > MAX_TRACE_STATE_LENGTH; index--) {
		if (entryLength(kept[index]!) > LONG_ENTRY_LENGTH) drop(index);
	}
	while (length > MAX_TRACE_STATE_LENGTH) drop(kept.length - 1);
	return kept.map(({ key, value }) => `${key}=${value}`).join(',');
}

function entryLength({ key, value }: TraceStateEntry): number {
	return key.length + 1 + value.length;
}

// The last header and its result: the records of a batch nearly always share theirs, and parsing costs 300 ns.
let lastHeader = '';
let lastNormalised: string | undefined;

/**
 * The form in which a `tracestate` is carried: canonical, at most 32 entries and 512 characters; undefined when it is
 * malformed or has no entries.
 */
export function normaliseTraceState(header: string): string | undefined {
	if (header === lastHeader) return lastNormalised;
	const normalised = normalise(header);
	lastHeader = header;
	lastNormalised = normalised;
	return normalised;
}

function normalise(header: string): string | undefined {
	const entries = parseTraceState(header);
	if (entries === undefined || entries.length === 0) return undefined;
	return writeTraceState(entries) || undefined;
}

/** Value of `key`, or undefined. */
export function readTraceStateEntry(traceState: string | undefined, key: string): string | undefined {
	if (traceState === undefined) return undefined;
	return parseTraceState(traceState)?.find((entry) => entry.key === key)?.value;
}

/**
 * The same `tracestate` with `key` set and moved to the front, or removed when `value` is undefined. A key or value that
 * is not allowed changes nothing; a malformed `tracestate` counts as empty.
 */
export function withTraceStateEntry(traceState: string | undefined, key: string, value: string | undefined): string {
	const entries = parseTraceState(traceState ?? '') ?? [];
	if (value !== undefined && !(KEY.test(key) && VALUE.test(value))) return writeTraceState(entries);
	const others = entries.filter((entry) => entry.key !== key);
	return writeTraceState(value === undefined ? others : [{ key, value }, ...others]);
}

/** Removes spaces and tabs (HTTP's OWS) on both sides; other white space is content and stays. */
export function trimOptionalWhitespace(text: string): string {
	let start = 0;
	let end = text.length;
	while (start < end && isOptionalWhitespace(text.charCodeAt(start))) start++;
	while (end > start && isOptionalWhitespace(text.charCodeAt(end - 1))) end--;
	return text.slice(start, end);
}

function isOptionalWhitespace(code: number): boolean {
	return code === 32 || code === 9;
}
