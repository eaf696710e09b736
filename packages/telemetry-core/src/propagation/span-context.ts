import type { SpanContext } from '@opentelemetry/api';
import { PipelineTraceState } from './pipeline-trace-state.ts';
import type { CompleteTraceFields, TraceFields } from './trace-fields.ts';
import { isSpanId, isTraceId } from './trace-ids.ts';
import { normaliseTraceState } from './tracestate.ts';

/** A remote parent for OpenTelemetry; undefined when the fields place nothing. Baggage travels apart from span contexts. */
export function toSpanContext(fields: Readonly<TraceFields>): SpanContext | undefined {
	const { traceId, spanId, traceFlags = 0, traceState } = fields;
	if (!isTraceId(traceId) || !isSpanId(spanId)) return undefined;
	const context: SpanContext = { traceId, spanId, traceFlags, isRemote: true };
	return traceState === undefined ? context : { ...context, traceState: new PipelineTraceState(traceState) };
}

/** The fields of a span context; undefined when it is not valid. A foreign trace state is checked and cut to our limits. */
export function fromSpanContext(context: SpanContext): CompleteTraceFields | undefined {
	const { traceId, spanId, traceFlags } = context;
	if (!isTraceId(traceId) || !isSpanId(spanId)) return undefined;
	const traceState = normaliseTraceState(context.traceState?.serialize() ?? '');
	const fields: CompleteTraceFields = { traceId, spanId, traceFlags: traceFlags & 0xff };
	return traceState === undefined ? fields : { ...fields, traceState };
}
