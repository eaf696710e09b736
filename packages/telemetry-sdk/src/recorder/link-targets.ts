import { readHexWords, type TraceFields } from '@pipeline/telemetry-core';
import { isSpanId, isTraceId } from '@pipeline/telemetry-core/propagation';

// A power of two: more than batches, and traces that filled a cache, are linked to at the same time.
const ROWS = 64;
const ROW_WORDS = 6;

/** Positions that records link to, as words. Many records link to the same few, so each is remembered at the place its ids give it. */
export class LinkTargets {
	/** Words of the last target asked for: trace id (4), span id (2), at `at`. */
	readonly words = new Int32Array(ROWS * ROW_WORDS);
	readonly #traceIds: string[] = new Array<string>(ROWS).fill('');
	readonly #spanIds: string[] = new Array<string>(ROWS).fill('');

	/** Where the target's words are; -1 when it is no position. */
	at({ traceId, spanId }: Readonly<TraceFields>): number {
		if (traceId === undefined || spanId === undefined) return -1;
		const row = rowOf(traceId, spanId);
		if (this.#traceIds[row] !== traceId || this.#spanIds[row] !== spanId) {
			if (!isTraceId(traceId) || !isSpanId(spanId)) return -1;
			this.#traceIds[row] = traceId;
			this.#spanIds[row] = spanId;
			readHexWords(traceId, this.words, row * ROW_WORDS);
			readHexWords(spanId, this.words, row * ROW_WORDS + 4);
		}
		return row * ROW_WORDS;
	}
}

/** From the last digits of both: of spans of one trace, and of traces that begin alike, these differ. */
function rowOf(traceId: string, spanId: string): number {
	return ((traceId.charCodeAt(31) * 5) ^ (spanId.charCodeAt(14) * 3) ^ spanId.charCodeAt(15)) & (ROWS - 1);
}
