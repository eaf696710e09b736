// Hot path: one for every remote call of every record. Few of them are asked for their ids, which cost a microsecond as strings.
import type { SpanContext, TraceState } from '@opentelemetry/api';
import { type EpochKeys, writeHexWords } from '@pipeline/telemetry-core';
import * as HEADER from './header.ts';
import { type JournalNumber, journalNumber, type RecordCall } from './record-call.ts';

/** Where a record stands, for spans of libraries. Makes its ids when they are read. */
export class RecordSpanContext implements SpanContext, RecordCall {
	readonly traceFlags: number;
	readonly traceState?: TraceState;
	readonly isRemote = false;
	readonly journal: JournalNumber;
	readonly #ids = new Uint32Array(6);

	/** @param words the journal, from its beginning */
	constructor(
		words: Int32Array,
		stage: number,
		keys: EpochKeys,
		traceFlags: number,
		traceState: TraceState | undefined,
	) {
		this.traceFlags = traceFlags;
		if (traceState !== undefined) this.traceState = traceState;
		this.journal = journalNumber(words, 0);
		for (let word = 0; word < 4; word++) this.#ids[word] = words[HEADER.TRACE_ID + word]!;
		keys.writeSpanId(words[HEADER.SEQUENCE]!, stage, this.#ids, 4);
	}

	get traceId(): string {
		return writeHexWords(this.#ids, 0, 4);
	}

	get spanId(): string {
		return writeHexWords(this.#ids, 4, 2);
	}
}
