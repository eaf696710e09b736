import type { SpanEncoder } from '../encoding/span-encoder.ts';
import type { EncodedSpans } from '../encoding/trace-request.ts';
import type { JournalProjection } from '../recorder/journal-archive.ts';
import type { ReceiptContext } from '../recorder/receipts.ts';

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
const FULL_BYTES = 2_097_152;

/**
 * What is made of journals: a receipt of every record, spans of those that are kept. A failure in here is telemetry's own: it is told, and the
 * record's next journal is not concerned.
 *
 * @param onFull told when there is enough for a request
 */
export function journalProjection(
	context: ReceiptContext,
	receipts: ReceiptSink,
	encoder: SpanEncoder,
	onFull: () => void,
	onFailure: (error: unknown) => void,
): JournalProjection {
	const guarded = (work: () => void) => {
		try {
			work();
		} catch (error) {
			onFailure(error);
		}
	};
	return {
		record: (words, at) => guarded(() => receipts.receipt(words, at)),
		spans: (words, at) =>
			guarded(() => {
				encoder.add(words, at, context);
				if (encoder.pendingBytes >= FULL_BYTES) onFull();
			}),
	};
}
