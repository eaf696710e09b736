import { readHexWords, type TraceFields } from '@pipeline/telemetry-core';
import { isSpanId, isTraceId } from '@pipeline/telemetry-core/propagation';

const ROWS = 8;
const ROW_WORDS = 6;

/** Positions that records link to, as words. All records of a batch link to the same one, so the last few are remembered. */
export class LinkTargets {
	/** Words of the last target asked for: trace id (4), span id (2), at `at`. */
	readonly words = new Int32Array(ROWS * ROW_WORDS);
	readonly #targets: Readonly<TraceFields>[] = new Array<TraceFields>(ROWS).fill({});
	readonly #traceIds: string[] = new Array<string>(ROWS).fill('');
	readonly #spanIds: string[] = new Array<string>(ROWS).fill('');
	#next = 0;

	/** Where the target's words are; -1 when it is no position. */
	at(target: Readonly<TraceFields>): number {
		const { traceId, spanId } = target;
		if (traceId === undefined || spanId === undefined) return -1;
		// Most often the very object: then its ids need no comparison, character by character, with those of others.
		for (let row = 0; row < ROWS; row++)
			if (this.#targets[row] === target && this.#traceIds[row] === traceId && this.#spanIds[row] === spanId)
				return row * ROW_WORDS;
		for (let row = 0; row < ROWS; row++)
			if (this.#traceIds[row] === traceId && this.#spanIds[row] === spanId) {
				this.#targets[row] = target;
				return row * ROW_WORDS;
			}
		return this.#read(target, traceId, spanId);
	}

	#read(target: Readonly<TraceFields>, traceId: string, spanId: string): number {
		if (!isTraceId(traceId) || !isSpanId(spanId)) return -1;
		const row = this.#next;
		this.#next = (row + 1) % ROWS;
		this.#targets[row] = target;
		this.#traceIds[row] = traceId;
		this.#spanIds[row] = spanId;
		readHexWords(traceId, this.words, row * ROW_WORDS);
		readHexWords(spanId, this.words, row * ROW_WORDS + 4);
		return row * ROW_WORDS;
	}
}
