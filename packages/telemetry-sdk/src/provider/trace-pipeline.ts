// Runs once for every record, after it has left: no closures.
import type { SpanEncoder } from '../encoding/span-encoder.ts';
import type { EncodedSpans } from '../encoding/trace-request.ts';
import type { JournalProjection } from '../recorder/journal-archive.ts';
import type { ReceiptContext } from '../recorder/receipts.ts';
import { type JournalNumber, journalNumber } from '../recorder/record-call.ts';

/** Where encoded spans go. */
export interface SpanSink {
	/** Never blocks, never throws. */
	send(request: EncodedSpans): void;
}

/** Where every record's journal goes, whatever becomes of its spans. */
export interface ReceiptSink {
	receipt(words: Int32Array, at: number): void;
}

/** One request: what waits is handed on, so that a burst of records does not pile up. */
const FULL_BYTES = 1_000_000;

export interface JournalPipeline {
	readonly context: ReceiptContext;
	readonly receipts: ReceiptSink;
	readonly encoder: SpanEncoder;
	/** Told when there is enough for a request. */
	readonly onFull: () => void;
	/** Told what has become of a journal. */
	readonly onFate: (journal: JournalNumber, isKept: boolean) => void;
	readonly onFailure: (error: unknown) => void;
}

/**
 * What is made of journals: a receipt of every record, spans of those that are kept. A failure in here is telemetry's own: it is told, and the
 * record's next journal is not concerned.
 */
export function journalProjection(pipeline: JournalPipeline): JournalProjection {
	const { context, receipts, encoder, onFull, onFate, onFailure } = pipeline;
	return {
		record(words, at) {
			try {
				receipts.receipt(words, at);
			} catch (error) {
				onFailure(error);
			}
		},
		spans(words, at) {
			told(words, at, true);
			try {
				encoder.add(words, at, context);
				if (encoder.pendingBytes >= FULL_BYTES) onFull();
			} catch (error) {
				onFailure(error);
			}
		},
		dropped: (words, at) => told(words, at, false),
	};

	function told(words: Int32Array, at: number, isKept: boolean): void {
		try {
			onFate(journalNumber(words, at), isKept);
		} catch (error) {
			onFailure(error);
		}
	}
}
