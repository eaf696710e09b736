import { ENTRY_STAGE, type Journal, NO_JOURNAL, type RecordTracer } from '../journal/tracer.ts';
import type { TraceFields } from '../propagation/trace-fields.ts';
import { attribute, span } from '../registry/integration/index.ts';
import { telemetry } from '../runtime/telemetry.ts';
import { setNumber, setText } from './annotate.ts';
import { readContext } from './record-context.ts';

/** A queue entry says where its record failed first, where it failed last, and in which traces it was replayed between. */
export interface ReplayedEntry extends TraceFields {
	originTraceId?: string;
	originSpanId?: string;
	replayTraceIds?: readonly string[];
}

/** What is known of an entry that is processed again. */
export interface ReplayFacts {
	readonly queue: string | undefined;
	readonly entryId: string | undefined;
	readonly replayCount: number | undefined;
	readonly recordId?: string | undefined;
	readonly lineageId?: string | undefined;
	readonly sourceId?: string | undefined;
}

/**
 * Begins the trace of an entry that is processed again: it points to where the record failed first and last, and is always kept. The entry
 * remembers the trace, for the replay after this one. The stage `recovery.replay` is open: whoever calls ends it.
 *
 * @param item carries the new trace from now on
 */
export function beginReplay(item: object, entry: ReplayedEntry, facts: ReplayFacts): Journal {
	const { tracer } = telemetry;
	tracer.attach(item, NO_JOURNAL, ENTRY_STAGE);
	const journal = tracer.begin(span['recovery.replay'], item);
	pointBack(tracer, journal, entry);
	tracer.keep(journal, 'REPLAY');
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.queue'], facts.queue);
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.entry_id'], facts.entryId);
	setNumber(tracer, journal, ENTRY_STAGE, attribute['pipeline.replay_count'], facts.replayCount);
	setNumber(tracer, journal, ENTRY_STAGE, attribute['pipeline.synthetic'], 1);
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.synthetic.reason'], 'replay');
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.record_id'], facts.recordId);
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.lineage_id'], facts.lineageId);
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.source_id'], facts.sourceId);
	return journal;
}

function pointBack(tracer: RecordTracer, journal: Journal, entry: ReplayedEntry): void {
	const last = readContext(entry, 'REPLAY');
	if (last === undefined) return;
	const { originTraceId = last.traceId, originSpanId = last.spanId, replayTraceIds = [] } = entry;
	if (originTraceId === undefined || originSpanId === undefined) return;
	const traceFlags = last.traceFlags ?? 0;
	tracer.link(journal, ENTRY_STAGE, 'replay_of', { traceId: originTraceId, spanId: originSpanId, traceFlags });
	if (originTraceId !== last.traceId) tracer.link(journal, ENTRY_STAGE, 'replay_of', last);
	const { traceId } = tracer.inject(journal, ENTRY_STAGE, {});
	if (traceId === undefined || !Object.isExtensible(entry)) return;
	Object.assign(entry, { originTraceId, originSpanId, replayTraceIds: [...replayTraceIds, traceId] });
}

/**
 * The replays of one module. Its queue may tell of a replay before the operation that carries it out is seen: the audit entry of the queue and
 * the operation belong to one trace. The queue has to name the same entry object as the operation.
 */
export class Replays<B extends { readonly replay?: unknown }> {
	readonly #begin: (binding: B, entry: object) => Journal;
	readonly #announced = new WeakMap<object, Journal>();

	/** @param begin begins the trace of a replay of this entry */
	constructor(begin: (binding: B, entry: object) => Journal) {
		this.#begin = begin;
	}

	/** The queue says that an entry is replayed: its trace begins. @returns the journal; 0 where replays are not bound */
	announce(binding: B, entry: object): Journal {
		if (binding.replay === undefined) return NO_JOURNAL;
		const journal = this.#begin(binding, entry);
		this.#announced.set(entry, journal);
		return journal;
	}

	/** The entry is replayed: its trace begins unless it was announced. Each announcement counts once, an entry may be replayed again. */
	begin(binding: B, entry: object): Journal {
		const journal = this.#announced.get(entry) ?? this.#begin(binding, entry);
		this.#announced.delete(entry);
		return journal;
	}
}
