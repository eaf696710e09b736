import { limitBaggage } from './baggage.ts';
import type { CompleteTraceFields, TraceContextResult, TraceFields } from './trace-fields.ts';
import { isSpanId, isTraceId } from './trace-ids.ts';
import { normaliseTraceState } from './tracestate.ts';
import { contextWarnings, type WarnLimiter } from './warn-limiter.ts';

/**
 * Reads TraceFields off something that came from outside: a decoded message, a persisted entry, a foreign record.
 * Only own properties count, so nothing is picked up from a polluted prototype; the result shares no object with the input.
 * Malformed parts that do not place the item (parent, `tracestate`, baggage entries) are left out.
 *
 * Never throws. Malformed input warns once per minute and `source` (a bounded name, e.g. `beta.intake`; never an id).
 */
export function readTraceFields(
	value: unknown,
	source: string,
	warnings: WarnLimiter = contextWarnings,
): TraceContextResult {
	try {
		if (value === undefined || value === null) return { status: 'ABSENT', fields: {} };
		if (typeof value !== 'object') return malformed(source, 'trace fields are not an object', {}, warnings);
		return readObject(value, source, warnings);
	} catch {
		return malformed(source, 'trace fields cannot be read', {}, warnings);
	}
}

function readObject(value: object, source: string, warnings: WarnLimiter): TraceContextResult {
	const baggage = readBaggage(own(value, 'baggage'), source, warnings);
	const rest: TraceFields = baggage === undefined ? {} : { baggage };
	const traceId = own(value, 'traceId') ?? undefined;
	const spanId = own(value, 'spanId') ?? undefined;
	if (traceId === undefined && spanId === undefined) return { status: 'ABSENT', fields: rest };
	const traceFlags = own(value, 'traceFlags') ?? 0;
	if (!isTraceId(traceId) || !isSpanId(spanId) || !isTraceFlags(traceFlags)) {
		return malformed(source, 'trace id, span id or trace flags are malformed', rest, warnings);
	}
	const fields: CompleteTraceFields = { traceId, spanId, traceFlags, ...rest };
	const parentSpanId = own(value, 'parentSpanId');
	if (isSpanId(parentSpanId) && parentSpanId !== spanId) fields.parentSpanId = parentSpanId;
	const traceState = readTraceState(own(value, 'traceState'), source, warnings);
	if (traceState !== undefined) fields.traceState = traceState;
	return { status: 'COMPLETE', fields };
}

function own(value: object, key: string): unknown {
	return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

function isTraceFlags(value: unknown): value is number {
	return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255;
}

function readTraceState(value: unknown, source: string, warnings: WarnLimiter): string | undefined {
	if (value === undefined || value === null || value === '') return undefined;
	const traceState = typeof value === 'string' ? normaliseTraceState(value) : undefined;
	if (traceState === undefined) warnings.warn(source, 'malformed tracestate was dropped');
	return traceState;
}

function readBaggage(value: unknown, source: string, warnings: WarnLimiter): Record<string, string> | undefined {
	if (value === undefined || value === null) return undefined;
	if (typeof value !== 'object' || Array.isArray(value)) {
		warnings.warn(source, 'malformed baggage was dropped');
		return undefined;
	}
	const given = Object.entries(value);
	const kept = limitBaggage(new Map(given));
	if (kept.size < given.length) warnings.warn(source, 'malformed or surplus baggage entries were dropped');
	return kept.size === 0 ? undefined : Object.fromEntries(kept);
}

function malformed(source: string, what: string, fields: TraceFields, warnings: WarnLimiter): TraceContextResult {
	warnings.warn(source, `malformed trace context: ${what}; a new trace begins`);
	return { status: 'MALFORMED', fields };
}
