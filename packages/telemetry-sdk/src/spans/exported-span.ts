import { createTraceState, type SpanContext, TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { TraceOrigin, traceStateOf } from '../encoding/trace-states.ts';

// The span itself stays as it is: its context may be frozen, and others hold it, too.
function variant(span: ReadableSpan, changes: Partial<ReadableSpan>): ReadableSpan {
	return Object.create(span, Object.getOwnPropertyDescriptors(changes)) as ReadableSpan;
}

/** The span as one of a sampled trace. */
export function sampledSpan(span: ReadableSpan): ReadableSpan {
	const before = span.spanContext();
	return withContext(span, { ...before, traceFlags: before.traceFlags | TraceFlags.SAMPLED });
}

/** The span as one of a trace that was kept although the ratio had left it out: it must not be counted as one that the ratio kept. */
export function promotedSpan(span: ReadableSpan): ReadableSpan {
	const before = span.spanContext();
	const traceState = createTraceState(traceStateOf(TraceOrigin.PROMOTED, before.traceState?.serialize() ?? ''));
	return withContext(span, { ...before, traceFlags: before.traceFlags | TraceFlags.SAMPLED, traceState });
}

function withContext(span: ReadableSpan, context: SpanContext): ReadableSpan {
	return variant(span, { spanContext: () => context });
}

/** The span with attributes that neither a limit nor a library took away; the span itself when it has them all. */
export function attributedSpan(span: ReadableSpan, attributes: Readonly<Record<string, string>>): ReadableSpan {
	const entries = Object.entries(attributes);
	if (entries.every(([key, value]) => span.attributes[key] === value)) return span;
	const missing = entries.filter(([key]) => span.attributes[key] === undefined).length;
	return variant(span, {
		attributes: { ...span.attributes, ...attributes },
		droppedAttributesCount: Math.max(0, span.droppedAttributesCount - missing),
	});
}
