// Hot path: `remember` runs for every record that leaves the process.
import type { TraceFields } from '../propagation/trace-fields.ts';
import { readHexWords, writeHexWords } from './hex-words.ts';

/** A power of two. */
const CAPACITY = 131_072;
const MAX_AGE_MS = 10 * 60_000;
const PROBES = 32;

/** Words of what is remembered of a record: the other half of its id's hash, trace id (4), span id (2), flags. */
const WORDS = 8;
const TRACE_ID = 1;
const SPAN_ID = 5;
const TRACE_FLAGS = 7;

/** Apart from the rest, which takes one cache line: a look through 32 places reads five of them instead of twenty that nobody has read lately. */
interface Table {
	/** One half of the hash of each record's id. */
	readonly hashes: Uint32Array;
	/** Seconds since start; 0 for a place that was never taken. */
	readonly times: Uint32Array;
	readonly rest: Uint32Array;
}

/**
 * Remembers under which trace a record was last sent, so that a record whose context was stripped on the way is put back
 * into its trace. 131,072 entries of 40 bytes (5 MB, allocated when first used), ten minutes; older ones are overwritten.
 */
export class ContextIndex {
	#table: Table | undefined;
	/** Hash of the id that was asked for last. */
	readonly #hash = new Uint32Array(2);
	readonly #now: () => number;
	readonly #startMs: number;

	constructor(now: () => number = Date.now) {
		this.#now = now;
		this.#startMs = now();
	}

	/** Ids as in {@link TraceFields}, well-formed. */
	remember(recordId: string, traceId: string, spanId: string, traceFlags: number): void {
		// Most processes hand records over in memory and never come here.
		this.#table ??= {
			hashes: new Uint32Array(CAPACITY),
			times: new Uint32Array(CAPACITY),
			rest: new Uint32Array(CAPACITY * WORDS),
		};
		const { hashes, times, rest } = this.#table;
		hash(recordId, this.#hash);
		const low = this.#hash[0]!;
		const high = this.#hash[1]!;
		const place = placeOf(this.#table, low, high);
		const at = place * WORDS;
		hashes[place] = low;
		times[place] = this.#seconds();
		rest[at] = high;
		readHexWords(traceId, rest, at + TRACE_ID);
		readHexWords(spanId, rest, at + SPAN_ID);
		rest[at + TRACE_FLAGS] = traceFlags;
	}

	recall(recordId: string): TraceFields | undefined {
		if (this.#table === undefined) return undefined;
		const { hashes, times, rest } = this.#table;
		hash(recordId, this.#hash);
		const low = this.#hash[0]!;
		const high = this.#hash[1]!;
		const oldest = this.#seconds() - MAX_AGE_MS / 1000;
		for (let probe = 0; probe < PROBES; probe++) {
			const place = (low + probe) & (CAPACITY - 1);
			const at = place * WORDS;
			if (hashes[place] !== low || times[place]! < Math.max(1, oldest) || rest[at] !== high) continue;
			return {
				traceId: writeHexWords(rest, at + TRACE_ID, 4),
				spanId: writeHexWords(rest, at + SPAN_ID, 2),
				traceFlags: rest[at + TRACE_FLAGS]!,
			};
		}
		return undefined;
	}

	/** Starts at 1. */
	#seconds(): number {
		return 1 + Math.floor((this.#now() - this.#startMs) / 1000);
	}
}

/** The entry of the same record, else a free one, else the oldest within reach. */
function placeOf({ hashes, times, rest }: Table, low: number, high: number): number {
	let oldest = low & (CAPACITY - 1);
	for (let probe = 0; probe < PROBES; probe++) {
		const place = (low + probe) & (CAPACITY - 1);
		// No place becomes free again: the record cannot be behind one.
		if (times[place] === 0) return place;
		if (hashes[place] === low && rest[place * WORDS] === high) return place;
		if (times[place]! < times[oldest]!) oldest = place;
	}
	return oldest;
}

/** FNV-1a with two odd multipliers; together they tell 2^64 records apart. */
function hash(text: string, into: Uint32Array): void {
	let low = 0x811c9dc5;
	let high = 0x811c9dc5;
	for (let index = 0; index < text.length; index++) {
		const code = text.charCodeAt(index);
		low = Math.imul(low ^ code, 0x01000193);
		high = Math.imul(high ^ code, 0x85ebca6b);
	}
	into[0] = low ^ (low >>> 15);
	into[1] = high ^ (high >>> 15);
}
