import { ENTRY_STAGE, type Stage } from '../journal/tracer.ts';
import type { TraceFields } from '../propagation/trace-fields.ts';
import { RANDOM_FLAG, SAMPLED_FLAG } from '../propagation/traceparent.ts';
import type { ActiveRecord } from './active-record.ts';

/** Writes where a record stands. Own roots have random ids and say so; others keep what they came with. */
export function writeTraceFields(record: ActiveRecord, stage: Stage, into: TraceFields): TraceFields {
	const entry = record.stage(ENTRY_STAGE);
	const here = record.stage(stage) ?? entry;
	if (here === undefined) return into;
	const { traceId, spanId, traceFlags, traceState } = here.span.spanContext();
	const random = record.remote === undefined ? RANDOM_FLAG : (record.remote.traceFlags ?? 0) & RANDOM_FLAG;
	into.traceId = traceId;
	into.spanId = spanId;
	into.traceFlags = (traceFlags & SAMPLED_FLAG) | random;
	const parentSpanId = here === entry ? record.remote?.spanId : record.stage(here.parent)?.span.spanContext().spanId;
	if (parentSpanId !== undefined && parentSpanId !== spanId) into.parentSpanId = parentSpanId;
	const state = traceState?.serialize() || record.remote?.traceState;
	if (state) into.traceState = state;
	if (record.remote?.baggage !== undefined) into.baggage = record.remote.baggage;
	return into;
}
