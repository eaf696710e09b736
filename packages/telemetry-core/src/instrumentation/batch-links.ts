import { ENTRY_STAGE, type Journal, type RecordTracer } from '../journal/tracer.ts';
import type { TraceFields } from '../propagation/trace-fields.ts';
import { BoundedMap } from '../runtime/bounded-map.ts';
import { globalCell } from '../runtime/global-slot.ts';

const MAX_BATCHES = 1_024;

/** Which span handled which batch, so that each record of a batch can point to it. The newest 1,024 batches. */
export class BatchLinks {
	readonly #positions = new BoundedMap<string, TraceFields>(MAX_BATCHES);
	#lastId: string | undefined;
	#last: TraceFields | undefined;

	remember(batchId: string | undefined, position: TraceFields): void {
		if (batchId === undefined) return;
		this.#positions.set(batchId, position);
		this.#lastId = undefined;
	}

	of(batchId: string | undefined): TraceFields | undefined {
		if (batchId === undefined) return undefined;
		// Records of a batch come one after the other.
		if (batchId !== this.#lastId) {
			this.#lastId = batchId;
			this.#last = this.#positions.get(batchId);
		}
		return this.#last;
	}

	linkBatch(tracer: RecordTracer, journal: Journal, batchId: string | undefined): void {
		const position = this.of(batchId);
		if (position !== undefined) tracer.link(journal, ENTRY_STAGE, 'batch', position);
	}
}

/** The process's own: a batch is assembled under one instrumentation and sent under another. */
export const batchLinks = (): BatchLinks => globalCell('batchLinks', () => new BatchLinks());

/** Key of the span that sent a batch, as opposed to the one that made it. */
export const sentBatch = (batchId: string): string => `sent:${batchId}`;
