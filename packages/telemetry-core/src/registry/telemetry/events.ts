import type { EventEntry } from '../entries.ts';
import { errorLogEvents } from '../error-log-events.ts';
import { telemetryErrors } from './errors.ts';

/** Log and trace events of Telemetry. Append only: a position is a definition's number. */
export const telemetryLogEvents = {} as const satisfies Readonly<Record<string, EventEntry>>;

/** One log event for each error code, named after the component that its category belongs to. */
export const telemetryErrorEvents = errorLogEvents('telemetry', telemetryErrors, {
	EXPORT: 'exporter',
	STORAGE: 'storage',
	REDACTION: 'events',
});
