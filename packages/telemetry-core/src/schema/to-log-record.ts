import { parseInstant } from '../runtime/timestamp.ts';
import { attributeOfDimension, EVENT_ATTRIBUTES, type EventLogRecord } from './event-log-record.ts';
import { SEVERITY_MAPPINGS } from './severity.ts';
import type { TelemetryEvent } from './telemetry-event.ts';
import { TelemetryEventError } from './telemetry-event-error.ts';

const NANOS_PER_SECOND = 1_000_000_000n;

/**
 * A valid event as an OpenTelemetry log record: name, time, severity and ids are native, everything else attributes.
 * `fromLogRecord` gives the same event back.
 *
 * @throws TelemetryEventError `EVENT_INVALID` when the timestamp is no instant of the Unix epoch
 */
export function toLogRecord(event: Readonly<TelemetryEvent>): EventLogRecord {
	const { text, number } = SEVERITY_MAPPINGS[event.severity];
	const message = event.dimensions['message'];
	return {
		eventName: event.name,
		timeUnixNano: nanosOf(event.timestamp),
		severityNumber: number,
		severityText: text,
		...(message === undefined ? {} : { body: message }),
		...(event.traceId === undefined ? {} : { traceId: event.traceId }),
		...(event.spanId === undefined ? {} : { spanId: event.spanId }),
		attributes: attributesOf(event),
	};
}

function nanosOf(timestamp: string): bigint {
	const instant = parseInstant(timestamp);
	if (instant === undefined || instant.seconds < 0) {
		throw new TelemetryEventError('EVENT_INVALID', `${timestamp} is no instant of the Unix epoch.`, {
			path: 'timestamp',
		});
	}
	return BigInt(instant.seconds) * NANOS_PER_SECOND + BigInt(instant.micros) * 1000n;
}

function attributesOf(event: Readonly<TelemetryEvent>): Record<string, string | number> {
	const attributes: [string, string | number][] = [];
	for (const [field, attribute] of Object.entries(EVENT_ATTRIBUTES)) {
		const value = event[field as keyof typeof EVENT_ATTRIBUTES];
		if (value !== undefined) attributes.push([attribute, value]);
	}
	for (const [key, value] of Object.entries(event.dimensions)) attributes.push([attributeOfDimension(key), value]);
	return Object.fromEntries(attributes);
}
