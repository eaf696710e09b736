import type { SpanContext } from '@opentelemetry/api';
import { createTraceState } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { Redaction } from './redaction.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Redacts spans of batches and libraries when they have ended, in place: the processors behind it never see what was there. Name, status,
 * attributes, events, links and trace state.
 */
export function spanRedactor(redaction: Redaction): SpanProcessor {
	return {
		onStart() {},
		onEnd: (span) => redactSpan(span, redaction),
		forceFlush: async () => {},
		shutdown: async () => {},
	};
}

/** Fields of ended spans are plain data in the SDK; its own `set` methods do nothing any more. */
function redactSpan(span: Mutable<ReadableSpan>, redaction: Redaction): void {
	span.name = redaction.text(span.name);
	span.attributes = redaction.attributes(span.attributes);
	const { message } = span.status;
	if (message !== undefined) span.status = { ...span.status, message: redaction.text(message) };
	if (span.events.length > 0)
		span.events = span.events.map((event) => ({
			...event,
			name: redaction.text(event.name),
			...(event.attributes === undefined ? {} : { attributes: redaction.attributes(event.attributes) }),
		}));
	if (span.links.length > 0)
		span.links = span.links.map((link) => ({
			...link,
			context: withTraceState(link.context, redaction),
			...(link.attributes === undefined ? {} : { attributes: redaction.attributes(link.attributes) }),
		}));
	const before = span.spanContext();
	const after = withTraceState(before, redaction);
	// What is sent on is not changed: children that begin later carry on the trace state as it came.
	if (after !== before) span.spanContext = () => after;
}

function withTraceState(context: SpanContext, redaction: Redaction): SpanContext {
	const before = context.traceState?.serialize() ?? '';
	const after = redaction.traceState(before);
	return after === before ? context : { ...context, traceState: createTraceState(after) };
}
