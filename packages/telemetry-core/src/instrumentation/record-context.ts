// Hot path: runs for every record that enters a module.
import { type Journal, NO_JOURNAL, type RecordTracer } from '../journal/tracer.ts';
import { readTraceFields } from '../propagation/read-trace-fields.ts';
import type { TraceFields } from '../propagation/trace-fields.ts';
import type { SpanDef } from '../registry/definitions.ts';
import { event, metric } from '../registry/integration/index.ts';
import { nowMs } from '../runtime/clock.ts';
import { telemetry } from '../runtime/telemetry.ts';
import { MetricFamily } from '../signals/metric-family.ts';

/** Where a record's context is checked. */
export type Boundary = 'PARSE' | 'VALIDATE' | 'ALPHA_BETA' | 'BETA_GAMMA' | 'DELIVERY' | 'ACK' | 'REPLAY';

/** How a record came by its context at a boundary. */
export type ContextResult = 'COMPLETE' | 'RESTORED' | 'REGENERATED' | 'MALFORMED';

/** A record that enters a module: its journal, and how it came by its context. */
export interface EnteredRecord {
	journal: Journal;
	result: ContextResult;
}

/** The context that an item carries from outside; undefined when it carries none that can be used. */
export function readContext(item: object, boundary: Boundary): Readonly<TraceFields> | undefined {
	const read = readTraceFields(item, boundary);
	return read.status === 'COMPLETE' ? read.fields : undefined;
}

const checks = new MetricFamily(metric['pipeline.integration.context.counter.propagation_checks_total']);

const totals: Record<ContextResult, number> = { COMPLETE: 0, RESTORED: 0, REGENERATED: 0, MALFORMED: 0 };

/** Share of the records that entered modules of this process with their context, or got it back; undefined before the first. */
export function fidelityRatio(): number | undefined {
	const all = totals.COMPLETE + totals.RESTORED + totals.REGENERATED + totals.MALFORMED;
	return all === 0 ? undefined : (totals.COMPLETE + totals.RESTORED) / all;
}

const TELL_EVERY_MS = 60_000;
const toldMs = new Map<Boundary, number>();

/** Says once a minute for each boundary that records come with context that cannot be used. */
function tellMalformed(boundary: Boundary): void {
	const told = toldMs.get(boundary);
	if (told !== undefined && nowMs() - told < TELL_EVERY_MS) return;
	toldMs.set(boundary, nowMs());
	telemetry.events.emit(event['pipeline.integration.context.log.context_malformed'], {
		dimensions: { 'pipeline.boundary': boundary },
	});
}

// One for all calls: it is read before the next record enters.
const entered: EnteredRecord = { journal: NO_JOURNAL, result: 'COMPLETE' };

/**
 * Continues a record's trace where it enters a module: from its live carrier, else from the context it carries, else from what is
 * remembered of its id, else in a new trace. Counts which it was.
 *
 * @param boundary names the hand-over; also the source of the warning about malformed context
 */
export function enterRecord(
	tracer: RecordTracer,
	span: SpanDef,
	item: object,
	boundary: Boundary,
	recordId: string | undefined,
): Readonly<EnteredRecord> {
	entered.result = 'COMPLETE';
	if (tracer.journalOf(item) !== NO_JOURNAL) {
		entered.journal = tracer.begin(span, item);
	} else {
		const read = readTraceFields(item, boundary);
		if (read.status === 'COMPLETE') {
			entered.journal = tracer.begin(span, item, read.fields);
		} else {
			const remembered = recordId === undefined ? undefined : tracer.recall(recordId);
			entered.result =
				remembered !== undefined ? 'RESTORED' : read.status === 'MALFORMED' ? 'MALFORMED' : 'REGENERATED';
			entered.journal = tracer.begin(span, item, remembered ?? read.fields);
			if (read.status === 'MALFORMED') tellMalformed(boundary);
		}
	}
	if (entered.journal !== NO_JOURNAL) {
		totals[entered.result]++;
		checks.of(boundary, entered.result).add(1);
	}
	return entered;
}
