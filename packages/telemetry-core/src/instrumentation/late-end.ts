import { ENTRY_STAGE, type Journal, NO_JOURNAL, type RecordTracer } from '../journal/tracer.ts';
import { attribute } from '../registry/common/index.ts';
import type { SpanDef } from '../registry/definitions.ts';
import { BoundedMap } from '../runtime/bounded-map.ts';
import { setCode, setText } from './annotate.ts';

const MAX_BATCHES = 1_024;

/** Batches that the next module has: what happens to their records here from now on comes late. The newest 1,024. */
export class HandedOver {
	readonly #batchIds = new BoundedMap<string, true>(MAX_BATCHES);

	add(batchId: string | undefined): void {
		if (batchId !== undefined) this.#batchIds.set(batchId, true);
	}

	has(batchId: string | undefined): boolean {
		return batchId !== undefined && this.#batchIds.has(batchId);
	}
}

/** A record that has left, and over which edge. */
export interface LeftRecord {
	readonly recordId: string | undefined;
	readonly lineageId: string | undefined;
	readonly edge: 'ALPHA_BETA' | 'BETA_GAMMA';
}

/**
 * A record that has left comes to its end here after all. A finished record is not reopened: this is a trace of its own, which points back to
 * where the record left.
 *
 * @param item carries the new trace from now on
 */
export function beginLateEnd(
	tracer: RecordTracer,
	span: SpanDef,
	item: object,
	{ recordId, lineageId, edge }: LeftRecord,
): Journal {
	const left = recordId === undefined ? undefined : tracer.recall(recordId);
	tracer.attach(item, NO_JOURNAL, ENTRY_STAGE);
	const journal = tracer.begin(span, item);
	if (left !== undefined) tracer.link(journal, ENTRY_STAGE, 'caused_by', left);
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.record_id'], recordId);
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.lineage_id'], lineageId);
	setCode(tracer, journal, ENTRY_STAGE, attribute['pipeline.edge'], edge);
	return journal;
}
