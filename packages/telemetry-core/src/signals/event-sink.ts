import type { TraceFields } from '../propagation/trace-fields.ts';
import type { EventDef } from '../registry/definitions.ts';
import type { SeverityName } from '../registry/entries.ts';

/** What an event says besides its name. Dimension keys are attribute keys or names of the event's own dimensions. */
export interface EventDetail {
	readonly recordId?: string | undefined;
	readonly batchId?: string | undefined;
	readonly correlationId?: string | undefined;
	/** @default the definition's */
	readonly severity?: SeverityName;
	/** Trace position. @default the active span's, if any */
	readonly context?: Readonly<TraceFields> | undefined;
	/** Milliseconds since the Unix epoch. @default now */
	readonly timestampMs?: number;
	/** Milliseconds; TRACE events only. */
	readonly durationMs?: number;
	readonly dimensions?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
}

/**
 * Takes events that belong to no record (connections, configuration, access, security, administration, batches, jobs),
 * error telemetry, and what a record's journal is expanded to. Never throws, never blocks.
 */
export interface EventSink {
	emit(event: EventDef, detail: EventDetail): void;
}

/** Telemetry off. */
export const noopEventSink: EventSink = { emit() {} };
