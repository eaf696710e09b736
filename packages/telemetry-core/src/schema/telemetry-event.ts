import type { Module } from './components.ts';
import type { Severity } from './severity.ts';

export const EVENT_TYPES = ['METRIC', 'LOG', 'TRACE', 'AUDIT'] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** Envelope of every log, trace and audit item, and of metric points where they are exported or queried one by one. */
export interface TelemetryEvent {
	/** UUID, version 7 (4 accepted): the store's idempotency key. */
	eventId: string;
	traceId?: string;
	spanId?: string;
	/** Absent on a root. */
	parentSpanId?: string;
	/** When it happened: ISO 8601, microseconds, UTC. */
	timestamp: string;
	module: Module;
	/** One of the module's components. */
	component: string;
	eventType: EventType;
	severity: Severity;
	/** METRIC: the metric's name; else `pipeline.<module>.<component>.<log|trace|audit>.<event>`. */
	name: string;
	/** METRIC: the measurement; TRACE: a duration in milliseconds. */
	value?: number;
	/** UCUM, at most 63 characters. */
	unit?: string;
	/** At most 64 keys. Values have at most 1,024 characters (`exception.stacktrace`: 8,192). */
	dimensions: Record<string, string>;
	recordId?: string;
	batchId?: string;
	/** `execution_id` when a job drives the work, else the ingestion `batch_id`. */
	correlationId?: string;
}

/** The same event as it is on the wire. */
export interface TelemetryEventWire {
	event_id: string;
	trace_id?: string;
	span_id?: string;
	parent_span_id?: string;
	timestamp: string;
	module: Module;
	component: string;
	event_type: EventType;
	severity: Severity;
	name: string;
	value?: number;
	unit?: string;
	dimensions: Record<string, string>;
	record_id?: string;
	batch_id?: string;
	correlation_id?: string;
}

/** Field of the type -> field on the wire, in the order in which both are written. */
export const WIRE_NAMES = {
	eventId: 'event_id',
	traceId: 'trace_id',
	spanId: 'span_id',
	parentSpanId: 'parent_span_id',
	timestamp: 'timestamp',
	module: 'module',
	component: 'component',
	eventType: 'event_type',
	severity: 'severity',
	name: 'name',
	value: 'value',
	unit: 'unit',
	dimensions: 'dimensions',
	recordId: 'record_id',
	batchId: 'batch_id',
	correlationId: 'correlation_id',
} as const satisfies Record<keyof TelemetryEvent, keyof TelemetryEventWire>;

/** Names become snake_case; dimension keys are data and stay. */
export function toWire(event: Readonly<TelemetryEvent>): TelemetryEventWire {
	return rename<TelemetryEvent, TelemetryEventWire>(
		event,
		Object.entries(WIRE_NAMES) as [keyof TelemetryEvent, keyof TelemetryEventWire][],
	);
}

/** The opposite of `toWire`. Fields that the wire form does not know are left out. */
export function fromWire(event: Readonly<TelemetryEventWire>): TelemetryEvent {
	const names = Object.entries(WIRE_NAMES).map(([field, wire]) => [wire, field]);
	return rename<TelemetryEventWire, TelemetryEvent>(event, names as [keyof TelemetryEventWire, keyof TelemetryEvent][]);
}

function rename<From, To>(from: Readonly<From>, names: readonly (readonly [keyof From, keyof To])[]): To {
	const to: Partial<Record<keyof To, unknown>> = {};
	for (const [source, target] of names) {
		const value: unknown = from[source];
		if (value !== undefined) to[target] = value;
	}
	return to as To;
}
