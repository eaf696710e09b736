// Hot path: `remember` runs for every record that leaves the process.
import type { TraceFields } from '../propagation/trace-fields.ts';
import { readHexWords, writeHexWords } from './hex-words.ts';

/** Places, powers of two: at first, and at most. */
const FIRST_PLACES = 1_024;
const MAX_PLACES = 131_072;
/** Places of a bucket: their hashes are one cache line. */
const BUCKET = 16;
const MAX_AGE_SECONDS = 10 * 60;

/** Words of what is remembered of a record: the other half of its id's hash, trace id (4), span id (2), flags. */
const WORDS = 8;
const TRACE_ID = 1;
const SPAN_ID = 5;
const TRACE_FLAGS = 7;

/** Apart from the rest, which takes one cache line: a look through two buckets reads four of them instead of twenty that nobody has read lately. */
class Table {
	/** One half of the hash of each record's id. */
	readonly hashes: Uint32Array;
	/** Seconds since start; 0 for a place that was never taken. */
	readonly times: Uint32Array;
	readonly rest: Uint32Array;
	readonly #mask: number;

	constructor(places: number) {
		this.hashes = new Uint32Array(places);
		this.times = new Uint32Array(places);
		this.rest = new Uint32Array(places * WORDS);
		this.#mask = places / BUCKET - 1;
	}

	/** Where a record is; -1 when it is nowhere. Each has two buckets in which it may be, by either half of its hash. */
	find(low: number, high: number): number {
		const place = this.#findIn((low & this.#mask) * BUCKET, low, high);
		return place >= 0 ? place : this.#findIn((high & this.#mask) * BUCKET, low, high);
	}

	/** A free place for a new record in the emptier of its buckets, else the one with the oldest: all are about as full, so that few are lost before all are. */
	placeFor(low: number, high: number): number {
		const one = this.#freeOrOldest((low & this.#mask) * BUCKET);
		const other = this.#freeOrOldest((high & this.#mask) * BUCKET);
		const difference = this.times[one]! - this.times[other]!;
		// Buckets fill up from their beginning.
		if (difference === 0) return one % BUCKET <= other % BUCKET ? one : other;
		return difference < 0 ? one : other;
	}

	#findIn(from: number, low: number, high: number): number {
		for (let place = from; place < from + BUCKET; place++)
			if (this.hashes[place] === low && this.rest[place * WORDS] === high && this.times[place] !== 0) return place;
		return -1;
	}

	#freeOrOldest(from: number): number {
		let oldest = from;
		for (let place = from; place < from + BUCKET; place++) {
			if (this.times[place] === 0) return place;
			if (this.times[place]! < this.times[oldest]!) oldest = place;
		}
		return oldest;
	}
}

/**
 * Remembers under which trace a record was last sent, so that a record whose context was stripped on the way is put back
 * into its trace: ten minutes, at most 131,072 records of 40 bytes; beyond them the oldest are overwritten. Its memory grows with the records that
 * leave within ten minutes, from 40 KB to 5 MB.
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
		this.#table ??= new Table(FIRST_PLACES);
		hash(recordId, this.#hash);
		const low = this.#hash[0]!;
		const high = this.#hash[1]!;
		const now = this.#seconds();
		let place = this.#table.find(low, high);
		if (place < 0) place = this.#placeFor(low, high, now);
		const { hashes, times, rest } = this.#table;
		const at = place * WORDS;
		hashes[place] = low;
		times[place] = now;
		rest[at] = high;
		readHexWords(traceId, rest, at + TRACE_ID);
		readHexWords(spanId, rest, at + SPAN_ID);
		rest[at + TRACE_FLAGS] = traceFlags;
	}

	recall(recordId: string): TraceFields | undefined {
		if (this.#table === undefined) return undefined;
		const { times, rest } = this.#table;
		hash(recordId, this.#hash);
		const place = this.#table.find(this.#hash[0]!, this.#hash[1]!);
		if (place < 0 || times[place]! < this.#seconds() - MAX_AGE_SECONDS) return undefined;
		const at = place * WORDS;
		return {
			traceId: writeHexWords(rest, at + TRACE_ID, 4),
			spanId: writeHexWords(rest, at + SPAN_ID, 2),
			traceFlags: rest[at + TRACE_FLAGS]!,
		};
	}

	/** A place whose record may be forgotten. */
	#placeFor(low: number, high: number, now: number): number {
		for (;;) {
			const table = this.#table!;
			const place = table.placeFor(low, high);
			if (table.times[place]! < Math.max(1, now - MAX_AGE_SECONDS)) return place;
			if (table.times.length === MAX_PLACES) return place;
			this.#table = this.#larger(table, now);
		}
	}

	#larger({ hashes, times, rest }: Table, now: number): Table {
		const larger = new Table(times.length * 2);
		for (let from = 0; from < times.length; from++) {
			if (times[from]! < Math.max(1, now - MAX_AGE_SECONDS)) continue;
			const place = larger.placeFor(hashes[from]!, rest[from * WORDS]!);
			larger.hashes[place] = hashes[from]!;
			larger.times[place] = times[from]!;
			for (let word = 0; word < WORDS; word++) larger.rest[place * WORDS + word] = rest[from * WORDS + word]!;
		}
		return larger;
	}

	/** Starts at 1. */
	#seconds(): number {
		return 1 + Math.floor((this.#now() - this.#startMs) / 1000);
	}
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
