import {
	KEPT_VALUE,
	normaliseTraceState,
	OPEN_TELEMETRY_KEY,
	OWN_KEY,
	readTraceStateEntry,
	withTraceStateEntry,
} from '@pipeline/telemetry-core/propagation';
import { entryWords } from '../recorder/entries.ts';
import { LENGTH_SHIFT } from '../recorder/layout.ts';
import { readText } from '../recorder/text.ts';
import type { Redaction } from '../redaction/redaction.ts';

const ROWS = 8;
const THRESHOLD = /(^|;)th:[^;]*/g;

/** How a trace came to be exported: by the ratio, kept besides, or kept although the ratio had left it out. */
export const TraceOrigin = { SAMPLED: 0, KEPT: 1, PROMOTED: 2 } as const;
export type TraceOrigin = (typeof TraceOrigin)[keyof typeof TraceOrigin];

interface Row {
	readonly origin: TraceOrigin;
	readonly words: Int32Array;
	readonly state: Uint8Array;
}

const EMPTY = new Uint8Array(0);

/** The `tracestate` of spans and links as bytes. Records of one batch nearly always share theirs, so the last few are remembered. */
export class TraceStates {
	readonly #rows: Row[] = [];
	readonly #kept = bytesOf(TraceOrigin.KEPT, '');
	readonly #redaction: Redaction | undefined;
	#next = 0;

	constructor(redaction: Redaction | undefined) {
		this.#redaction = redaction;
	}

	/** @param at where the TRACE_STATE entry is; -1 when there is none */
	of(words: Int32Array, at: number, origin: TraceOrigin): Uint8Array {
		if (at < 0) return origin === TraceOrigin.SAMPLED ? EMPTY : this.#kept;
		for (let row = 0; row < this.#rows.length; row++) {
			const known = this.#rows[row]!;
			if (known.origin === origin && isSame(known.words, words, at)) return known.state;
		}
		return this.#remember(words, at, origin);
	}

	#remember(words: Int32Array, at: number, origin: TraceOrigin): Uint8Array {
		const header = readText(words, at);
		const state = bytesOf(origin, this.#redaction?.traceState(header) ?? header);
		this.#rows[this.#next] = { origin, words: words.slice(at + 1, at + entryWords(words, at)), state };
		this.#next = (this.#next + 1) % ROWS;
		return state;
	}
}

/** The same length and text; whose it is does not matter. */
function isSame(known: Int32Array, words: Int32Array, at: number): boolean {
	if (known[0]! >>> LENGTH_SHIFT !== words[at + 1]! >>> LENGTH_SHIFT) return false;
	for (let word = 1; word < known.length; word++) if (known[word] !== words[at + 1 + word]) return false;
	return true;
}

function bytesOf(origin: TraceOrigin, header: string): Uint8Array {
	return Buffer.from(traceStateOf(origin, header));
}

/** The `tracestate` of a span, made of the one that its trace came with. */
export function traceStateOf(origin: TraceOrigin, header: string): string {
	const state = normaliseTraceState(header) ?? '';
	if (origin === TraceOrigin.SAMPLED) return state;
	const counted = origin === TraceOrigin.PROMOTED ? withoutThreshold(state) : state;
	return withTraceStateEntry(counted, OWN_KEY, KEPT_VALUE);
}

/** A trace that the ratio had left out must not be counted as one of those that it kept. */
function withoutThreshold(state: string): string {
	const own = readTraceStateEntry(state, OPEN_TELEMETRY_KEY);
	if (own === undefined) return state;
	const rest = own.replace(THRESHOLD, '').replace(/^;/, '');
	return withTraceStateEntry(state, OPEN_TELEMETRY_KEY, rest === '' ? undefined : rest);
}
