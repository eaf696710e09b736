// Hot path: runs per record wherever a transport carries headers per record. One object and two substrings, no regular expression.
import { isIdAt, isLowercaseHex } from './trace-ids.ts';

/** Bit 0: the caller may have recorded the trace. */
export const SAMPLED_FLAG = 0x01;
/** Bit 1 (level 2): the last 7 bytes of the trace id are random. */
export const RANDOM_FLAG = 0x02;
const KNOWN_FLAGS = SAMPLED_FLAG | RANDOM_FLAG;

const VERSION_00_LENGTH = 55;
const DASH = 45;

/** The parts of a `traceparent` header that are used. */
export interface Traceparent {
	readonly traceId: string;
	readonly spanId: string;
	/** Sampled and random bits only; others are not defined and must not travel on. */
	readonly traceFlags: number;
}

/**
 * Reads a `traceparent` header without surrounding white space. Version 00 must match exactly; a higher version may
 * continue after another dash; ff is refused.
 *
 * @returns undefined for anything else: the caller begins a new trace
 * @see https://www.w3.org/TR/trace-context-2/#traceparent-header
 */
export function parseTraceparent(header: string): Traceparent | undefined {
	if (header.length < VERSION_00_LENGTH || !hasDashes(header) || !isLowercaseHex(header, 0, 2)) return undefined;
	const isVersion00 = header.startsWith('00');
	if (isVersion00 ? header.length !== VERSION_00_LENGTH : header.startsWith('ff')) return undefined;
	if (header.length > VERSION_00_LENGTH && header.charCodeAt(VERSION_00_LENGTH) !== DASH) return undefined;
	if (!isIdAt(header, 3, 35) || !isIdAt(header, 36, 52) || !isLowercaseHex(header, 53, 55)) return undefined;
	const lowDigit = header.charCodeAt(54);
	return {
		traceId: header.slice(3, 35),
		spanId: header.slice(36, 52),
		// Both known bits are in the last digit.
		traceFlags: (lowDigit <= 57 ? lowDigit : lowDigit - 87) & KNOWN_FLAGS,
	};
}

function hasDashes(header: string): boolean {
	return header.charCodeAt(2) === DASH && header.charCodeAt(35) === DASH && header.charCodeAt(52) === DASH;
}

/** Writes a version 00 `traceparent` of well-formed ids. Flag bits that level 2 does not define are written as zero. */
export function writeTraceparent(traceId: string, spanId: string, traceFlags: number): string {
	return `00-${traceId}-${spanId}-0${traceFlags & KNOWN_FLAGS}`;
}
