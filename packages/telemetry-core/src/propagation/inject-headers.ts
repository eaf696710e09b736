import { writeBaggage } from './baggage.ts';
import { BAGGAGE_HEADER, TRACEPARENT_HEADER, TRACESTATE_HEADER } from './extract-headers.ts';
import type { TraceFields } from './trace-fields.ts';
import { isSpanId, isTraceId } from './trace-ids.ts';
import { writeTraceparent } from './traceparent.ts';
import { normaliseTraceState } from './tracestate.ts';

/** Where headers are written to: a record (stale trace headers in any case are replaced) or a function. */
export type HeaderSink = ((name: string, value: string) => void) | Record<string, unknown>;

/** What an injection writes besides `traceparent` and `tracestate`. */
export interface InjectOptions {
	/**
	 * Baggage keys that may leave. External destinations get `['pipeline.namespace']` at most.
	 * @default all
	 */
	readonly baggageKeys?: readonly string[];
}

/**
 * Writes the trace position as W3C headers. Without well-formed ids no trace header is written, and what the sink had
 * stays; a `tracestate` is never written without a `traceparent`. Does not throw on any `fields`.
 */
export function injectHeaders(fields: Readonly<TraceFields>, into: HeaderSink, options: InjectOptions = {}): void {
	if (isTraceId(fields.traceId) && isSpanId(fields.spanId)) {
		replace(into, TRACEPARENT_HEADER, writeTraceparent(fields.traceId, fields.spanId, fields.traceFlags ?? 0));
		replace(into, TRACESTATE_HEADER, normaliseTraceState(fields.traceState ?? ''));
	}
	if (fields.baggage === undefined) return;
	replace(into, BAGGAGE_HEADER, writeBaggage(allowed(fields.baggage, options.baggageKeys)) || undefined);
}

function allowed(
	baggage: Readonly<Record<string, string>>,
	keys: readonly string[] | undefined,
): Readonly<Record<string, string>> {
	if (keys === undefined) return baggage;
	const isAllowed = (key: string) => keys.includes(key.endsWith(';') ? key.slice(0, -1) : key);
	return Object.fromEntries(Object.entries(baggage).filter(([key]) => isAllowed(key)));
}

function replace(into: HeaderSink, name: string, value: string | undefined): void {
	if (typeof into === 'function') {
		if (value !== undefined) into(name, value);
		return;
	}
	for (const key of Object.keys(into)) {
		if (key.length === name.length && key.toLowerCase() === name) delete into[key];
	}
	if (value !== undefined) into[name] = value;
}
