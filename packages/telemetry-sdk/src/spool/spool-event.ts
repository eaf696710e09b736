import { context, trace } from '@opentelemetry/api';
import { type EventDef, type EventDetail, type EventSink, nowMs, type TraceFields } from '@pipeline/telemetry-core';
import { eventNamed, isSeverity, lookUpEvent } from '@pipeline/telemetry-core/registry';

/** An event as it stands in the spool: by name, so that a newer or older registry reads it too. */
interface SpoolEvent {
	readonly name: string;
	readonly detail: EventDetail & Readonly<Record<string, unknown>>;
}

/** Sends events to the spool that have to be complete: audit, and what says that a record, batch or job has ended. */
export function spooledEventSink(
	spool: { event(event: EventDef, detail: EventDetail): void },
	others: EventSink,
): EventSink {
	return {
		emit(event, detail) {
			const type = lookUpEvent(event)?.entry.type;
			if (type === 'AUDIT' || type === 'TRACE') spool.event(event, detail);
			else others.emit(event, detail);
		},
	};
}

/** @returns JSON; undefined for a definition that no loaded table has */
export function writeSpoolEvent(event: EventDef, detail: EventDetail): string | undefined {
	const name = lookUpEvent(event)?.name;
	if (name === undefined) return undefined;
	const position = detail.context ?? activePosition();
	return JSON.stringify({
		name,
		detail: { ...detail, timestampMs: detail.timestampMs ?? nowMs(), ...(position && { context: position }) },
	} satisfies SpoolEvent);
}

/** Emits what `writeSpoolEvent` wrote. @returns false for what is no such JSON, or names no event */
export function emitSpoolEvent(json: string, events: EventSink): boolean {
	try {
		const { name, detail } = JSON.parse(json) as SpoolEvent;
		const event = typeof name === 'string' ? eventNamed(name) : undefined;
		if (event === undefined || typeof detail !== 'object' || detail === null) return false;
		events.emit(event, soundDetail(detail));
		return true;
	} catch {
		return false;
	}
}

/** What stands in a file may be anything, and a number that is none stands there as null: fields that are not what they have to be are left out. */
function soundDetail(detail: Readonly<Record<string, unknown>>): EventDetail {
	const { severity, context: position, dimensions } = detail;
	const ofType = (keys: readonly string[], type: 'string' | 'number') =>
		keys.flatMap((key) => (typeof detail[key] === type ? [[key, detail[key]]] : []));
	return {
		...Object.fromEntries([
			...ofType(['recordId', 'batchId', 'correlationId'], 'string'),
			...ofType(['timestampMs', 'durationMs'], 'number'),
		]),
		...(isSeverity(severity) ? { severity } : {}),
		...(isPosition(position) ? { context: position } : {}),
		...(typeof dimensions === 'object' && dimensions !== null
			? { dimensions: Object.fromEntries(Object.entries(dimensions).filter(([, value]) => isDimension(value))) }
			: {}),
	};
}

function isPosition(value: unknown): value is TraceFields {
	if (typeof value !== 'object' || value === null) return false;
	const { traceFlags = 0, ...ids } = value as { readonly traceFlags?: unknown };
	return typeof traceFlags === 'number' && Object.values(ids).every((id) => typeof id === 'string');
}

const isDimension = (value: unknown): boolean =>
	Array.isArray(value)
		? value.every((one) => typeof one === 'string')
		: ['string', 'number', 'boolean'].includes(typeof value);

function activePosition(): TraceFields | undefined {
	const active = trace.getSpanContext(context.active());
	return active && { traceId: active.traceId, spanId: active.spanId, traceFlags: active.traceFlags };
}
