import {
	type CheckOptions,
	checkTelemetryEvent,
	EVENT_ATTRIBUTES,
	type EventFinding,
	fromLogRecord,
	type TelemetryEvent,
	TelemetryEventError,
} from '@pipeline/telemetry-core/schema';
import type { LogRecord } from '../otlp/otlp-types.ts';
import { valueText } from './rows/attribute-text.ts';

const PRODUCER_ID = 'audit.producer_id';
const MARKS: ReadonlySet<string> = new Set([EVENT_ATTRIBUTES.eventId, EVENT_ATTRIBUTES.eventType, PRODUCER_ID]);
/** Far more than events have: rules would take long over them. */
const MAX_ATTRIBUTES = 1_024;
/** Where an entry goes whose own component or name is none. */
const NAMELESS = { component: 'events', event: 'audit.unnamed' } as const;

/** What became of a log record that carries an event. */
export type EventReading =
	| { readonly event: TelemetryEvent; readonly reason?: undefined; readonly findings: readonly EventFinding[] }
	| { readonly event?: undefined; readonly reason: string; readonly findings: readonly EventFinding[] };

/** Whether a log record is meant to be an event; all others are logs like any. */
export function carriesEvent({ attributes }: LogRecord): boolean {
	return attributes.some(([key]) => MARKS.has(key));
}

/** Whether the audit ledger keeps it: audit entries, and all that comes from an audit spool, whose numbers leave no gap. */
export function isForLedger({ eventType, dimensions }: TelemetryEvent): boolean {
	return eventType === 'AUDIT' || dimensions[PRODUCER_ID] !== undefined;
}

/**
 * The event of a log record, as the rules leave it. An audit entry is refused only when it cannot be read at all: one that a rule refuses is
 * kept under a name of its own, marked as incomplete.
 */
export function readEvent(record: LogRecord, options: CheckOptions): EventReading {
	if (record.attributes.length > MAX_ATTRIBUTES) {
		return { reason: `more than ${MAX_ATTRIBUTES} attributes`, findings: [] };
	}
	try {
		const event = fromLogRecord({ ...record, attributes: scalarAttributes(record) });
		const { event: checked, findings } = checkTelemetryEvent(event, options);
		if (checked !== undefined) return { event: checked, findings };
		if (event.eventType === 'AUDIT') return { event: salvaged(event, options), findings };
		return { reason: findings.map(({ rule, path }) => `${rule} ${path}`).join('; '), findings };
	} catch (error) {
		if (error instanceof TelemetryEventError) {
			return { reason: `${error.code} ${error.path ?? ''}`.trimEnd(), findings: [] };
		}
		throw error;
	}
}

function scalarAttributes({ attributes }: LogRecord): Readonly<Record<string, string | number | boolean>> {
	return Object.fromEntries(
		attributes.map(([key, value]) => [
			key,
			typeof value === 'number' || typeof value === 'boolean' ? value : valueText(value),
		]),
	);
}

/** @throws TelemetryEventError when even that is refused */
function salvaged(event: TelemetryEvent, options: CheckOptions): TelemetryEvent {
	const { component, event: name } = NAMELESS;
	const check = checkTelemetryEvent(
		{
			...event,
			component,
			name: `pipeline.${event.module.toLowerCase()}.${component}.${name}`,
			dimensions: {
				...event.dimensions,
				'audit.incomplete': 'true',
				'audit.original_component': event.component,
				'audit.original_name': event.name,
			},
		},
		{ ...options, mode: 'prod' },
	);
	if (check.event !== undefined) return check.event;
	throw new TelemetryEventError('EVENT_REJECTED', 'The entry cannot be kept.');
}
