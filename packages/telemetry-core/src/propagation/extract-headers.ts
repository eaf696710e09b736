import { parseBaggage } from './baggage.ts';
import { type HeaderSource, headerValues } from './header-source.ts';
import type { CompleteTraceFields, TraceContextResult, TraceFields } from './trace-fields.ts';
import { parseTraceparent } from './traceparent.ts';
import { normaliseTraceState, parseTraceState, trimOptionalWhitespace } from './tracestate.ts';
import { contextWarnings, type WarnLimiter } from './warn-limiter.ts';

/** The headers that carry trace context, in lowercase as they are written. */
export const TRACEPARENT_HEADER = 'traceparent';
export const TRACESTATE_HEADER = 'tracestate';
export const BAGGAGE_HEADER = 'baggage';

/**
 * Reads `traceparent`, `tracestate` and `baggage`. More than one `traceparent` is malformed; several `tracestate` or
 * `baggage` headers are joined. A malformed `tracestate` is discarded without touching the rest, and without a usable
 * `traceparent` it is not looked at.
 *
 * Never throws. Malformed input warns once per minute and `source` (a bounded name, e.g. `alpha.http`; never an id).
 */
export function extractHeaders(
	headers: HeaderSource,
	source: string,
	warnings: WarnLimiter = contextWarnings,
): TraceContextResult {
	const baggage = attempt(() => readBaggage(headers, source, warnings), undefined);
	const rest: TraceFields = baggage === undefined ? {} : { baggage };
	const traceparents = attempt(() => headerValues(headers, TRACEPARENT_HEADER), undefined);
	if (traceparents?.length === 0) return { status: 'ABSENT', fields: rest };
	const [header = ''] = traceparents ?? [];
	const parsed = traceparents?.length === 1 ? parseTraceparent(trimOptionalWhitespace(header)) : undefined;
	if (parsed === undefined) {
		warnings.warn(source, 'malformed trace context: traceparent cannot be used; a new trace begins');
		return { status: 'MALFORMED', fields: rest };
	}
	const fields: CompleteTraceFields = { ...parsed, ...rest };
	const traceState = attempt(() => readTraceState(headers, source, warnings), undefined);
	if (traceState !== undefined) fields.traceState = traceState;
	return { status: 'COMPLETE', fields };
}

function readTraceState(headers: HeaderSource, source: string, warnings: WarnLimiter): string | undefined {
	const header = headerValues(headers, TRACESTATE_HEADER).join(',');
	const traceState = normaliseTraceState(header);
	if (traceState === undefined && parseTraceState(header) === undefined) {
		warnings.warn(source, 'malformed tracestate was discarded');
	}
	return traceState;
}

function readBaggage(headers: HeaderSource, source: string, warnings: WarnLimiter): Record<string, string> | undefined {
	const header = headerValues(headers, BAGGAGE_HEADER).join(',');
	if (header === '') return undefined;
	const { baggage, isWhole } = parseBaggage(header);
	if (!isWhole) warnings.warn(source, 'malformed or surplus baggage members were dropped');
	return Object.keys(baggage).length === 0 ? undefined : baggage;
}

/** Carriers are foreign code: getters and proxies may throw. */
function attempt<T>(read: () => T, fallback: T): T {
	try {
		return read();
	} catch {
		return fallback;
	}
}
