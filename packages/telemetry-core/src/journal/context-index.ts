// Hot path: `remember` runs for every record that leaves the process.
import type { TraceFields } from '../propagation/trace-fields.ts';

const CAPACITY = 131_072;
const MAX_AGE_MS = 10 * 60_000;
/** Words of one entry: record id hash (2), trace id (4), span id (2), flags, seconds since start. */
const WORDS = 10;
const PROBES = 32;

/**
 * Remembers under which trace a record was last sent, so that a record whose context was stripped on the way is put back
 * into its trace. 131,072 entries of 40 bytes (5 MB, allocated when first used), ten minutes; older ones are overwritten.
 */
export class ContextIndex {
	#table: Uint32Array | undefined;
	readonly #now: () => number;
	readonly #startMs: number;

	constructor(now: () => number = Date.now) {
		this.#now = now;
		this.#startMs = now();
	}

	// Most processes hand records over in memory and never come here.
	get #words(): Uint32Array {
		this.#table ??= new Uint32Array(CAPACITY * WORDS);
		return this.#table;
	}

	remember(recordId: string, traceId: string, spanId: string, traceFlags: number): void {
		const low = hash(recordId, 0x01000193);
		const high = hash(recordId, 0x85ebca6b);
		const at = this.#place(low, high);
		const words = this.#words;
		words[at] = low;
		words[at + 1] = high;
		for (let word = 0; word < 4; word++)
			words[at + 2 + word] = Number.parseInt(traceId.slice(word * 8, word * 8 + 8), 16);
		for (let word = 0; word < 2; word++)
			words[at + 6 + word] = Number.parseInt(spanId.slice(word * 8, word * 8 + 8), 16);
		words[at + 8] = traceFlags;
		words[at + 9] = this.#seconds();
	}

	recall(recordId: string): TraceFields | undefined {
		if (this.#table === undefined) return undefined;
		const low = hash(recordId, 0x01000193);
		const high = hash(recordId, 0x85ebca6b);
		const words = this.#table;
		for (let probe = 0; probe < PROBES; probe++) {
			const at = (((low >>> 0) + probe) % CAPACITY) * WORDS;
			if (words[at] !== low >>> 0 || words[at + 1] !== high >>> 0 || this.#expired(at)) continue;
			return {
				traceId: hex(words, at + 2, 4),
				spanId: hex(words, at + 6, 2),
				traceFlags: words[at + 8] ?? 0,
			};
		}
		return undefined;
	}

	/** The entry of the same record, else a free or expired one, else the oldest within reach. */
	#place(low: number, high: number): number {
		const words = this.#words;
		let oldest = -1;
		for (let probe = 0; probe < PROBES; probe++) {
			const at = (((low >>> 0) + probe) % CAPACITY) * WORDS;
			if (words[at] === low >>> 0 && words[at + 1] === high >>> 0) return at;
			if (oldest === -1 || (words[at + 9] as number) < (words[oldest + 9] as number)) oldest = at;
		}
		return oldest;
	}

	#expired(at: number): boolean {
		const written = this.#words[at + 9] as number;
		return written === 0 || this.#seconds() - written > MAX_AGE_MS / 1000;
	}

	/** Starts at 1: 0 marks a free entry. */
	#seconds(): number {
		return 1 + Math.floor((this.#now() - this.#startMs) / 1000);
	}
}

/** FNV-1a with a chosen odd multiplier; two of them together tell 2^64 records apart. */
function hash(text: string, multiplier: number): number {
	let state = 0x811c9dc5;
	for (let index = 0; index < text.length; index++) {
		state = Math.imul(state ^ text.charCodeAt(index), multiplier);
	}
	return (state ^ (state >>> 15)) >>> 0;
}

function hex(words: Uint32Array, from: number, count: number): string {
	let text = '';
	for (let word = 0; word < count; word++) text += (words[from + word] as number).toString(16).padStart(8, '0');
	return text;
}
