import { StoreError } from '../connection/store-error.ts';

/** From the first instant up to, but not with, the second. ISO 8601 with `Z`, up to nanoseconds. */
export interface TimeRange {
	readonly from: string;
	readonly to: string;
}

/** Nanoseconds since 1970. */
export interface NanoRange {
	readonly fromNs: bigint;
	readonly toNs: bigint;
}

const INSTANT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/;
const NS_PER_MS = 1_000_000n;
export const NS_PER_SECOND = 1_000_000_000n;
const NS_PER_DAY = 86_400n * NS_PER_SECOND;
/** The engine counts nanoseconds in 64 bits: it knows no later instant. */
const LATEST_NS = 9_223_372_036_854_775_807n;

/** @throws StoreError `QUERY_INVALID` for what is no instant from 1970 to 2262 */
export function instantNs(text: string, what: string): bigint {
	const [, seconds = '', fraction = ''] = INSTANT.exec(text) ?? [];
	const milliseconds = Date.parse(`${seconds}Z`);
	const instant = Number.isNaN(milliseconds) ? -1n : BigInt(milliseconds) * NS_PER_MS + BigInt(fraction.padEnd(9, '0'));
	if (instant < 0n || instant > LATEST_NS) {
		throw new StoreError('QUERY_INVALID', `${what} is no instant: 2026-11-21T10:00:00.000000Z is one.`);
	}
	return instant;
}

/** ISO 8601 with nine digits of a second. */
export function instantOf(ns: bigint): string {
	const iso = new Date(Number(ns / NS_PER_MS)).toISOString();
	return `${iso.slice(0, 19)}.${String(ns % NS_PER_SECOND).padStart(9, '0')}Z`;
}

/** @throws StoreError `QUERY_INVALID` when it is empty or longer than so many days */
export function checkedRange({ from, to }: TimeRange, maxDays: number): NanoRange {
	const fromNs = instantNs(from, 'The begin of the time range');
	const toNs = instantNs(to, 'The end of the time range');
	if (toNs <= fromNs) throw new StoreError('QUERY_INVALID', 'The time range ends before it begins.');
	if (toNs - fromNs > BigInt(maxDays) * NS_PER_DAY) {
		throw new StoreError('QUERY_INVALID', `The time range is longer than ${maxDays} days.`);
	}
	return { fromNs, toNs };
}
