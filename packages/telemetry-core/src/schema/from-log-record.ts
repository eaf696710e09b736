import { formatInstant } from '../runtime/timestamp.ts';
import { isModule, type Module } from './components.ts';
import { dimensionOfAttribute, EVENT_ATTRIBUTES } from './event-log-record.ts';
import {
	type AttributeScalar,
	invalid,
	missing,
	ownValue,
	readAttributes,
	readId,
	readNanos,
	readText,
} from './log-record-fields.ts';
import { type Severity, severityFromNumber, severityFromText } from './severity.ts';
import { EVENT_TYPES, type EventType, type TelemetryEvent } from './telemetry-event.ts';
import { TelemetryEventError } from './telemetry-event-error.ts';

const NANOS_PER_SECOND = 1_000_000_000n;
/** 9999-12-31T23:59:59.999999999Z. */
const LAST_NANOS = 253_402_300_799_999_999_999n;

/**
 * The event that a log record carries. Reads what `toLogRecord` writes, OTLP/JSON and decoded OTLP/protobuf records: attributes
 * as a map or as key-values, ids as hex text or bytes, time as bigint, number or decimal text. Module and component
 * default to the segments of the name. Limits and ids are not checked here: that is `checkTelemetryEvent`'s business.
 *
 * @throws TelemetryEventError `LOG_RECORD_UNREADABLE`, `LOG_RECORD_FIELD_MISSING`, `LOG_RECORD_FIELD_INVALID` (with the path)
 */
export function fromLogRecord(record: unknown): TelemetryEvent {
	if (typeof record !== 'object' || record === null) {
		throw new TelemetryEventError('LOG_RECORD_UNREADABLE', 'A log record is an object.');
	}
	try {
		return readEvent(record);
	} catch (cause) {
		if (cause instanceof TelemetryEventError) throw cause;
		throw new TelemetryEventError('LOG_RECORD_UNREADABLE', 'The log record throws when it is read.', { cause });
	}
}

function readEvent(record: object): TelemetryEvent {
	const name = ownValue(record, 'eventName');
	if (name === undefined || name === '') throw missing('eventName');
	if (typeof name !== 'string') throw invalid('eventName', 'no text');
	const attributes = readAttributes(ownValue(record, 'attributes'));
	const eventId = readText(attributes, EVENT_ATTRIBUTES.eventId);
	if (eventId === undefined) throw missing(`attributes.${EVENT_ATTRIBUTES.eventId}`);
	const [, moduleSegment, componentSegment] = name.split('.');
	const event: TelemetryEvent = {
		eventId,
		timestamp: readTimestamp(ownValue(record, 'timeUnixNano')),
		module: readModule(readText(attributes, EVENT_ATTRIBUTES.module) ?? moduleSegment?.toUpperCase()),
		component: readText(attributes, EVENT_ATTRIBUTES.component) ?? componentSegment ?? '',
		eventType: readEventType(readText(attributes, EVENT_ATTRIBUTES.eventType)),
		severity: readSeverity(record),
		name,
		dimensions: readDimensions(attributes),
	};
	return Object.assign(event, readOptional(record, attributes));
}

function readOptional(record: object, attributes: ReadonlyMap<string, AttributeScalar>): Partial<TelemetryEvent> {
	const value = attributes.get(EVENT_ATTRIBUTES.value);
	if (value !== undefined && typeof value !== 'number')
		throw invalid(`attributes.${EVENT_ATTRIBUTES.value}`, 'no number');
	const optional = {
		traceId: readId(ownValue(record, 'traceId'), 'traceId'),
		spanId: readId(ownValue(record, 'spanId'), 'spanId'),
		parentSpanId: readText(attributes, EVENT_ATTRIBUTES.parentSpanId),
		value,
		unit: readText(attributes, EVENT_ATTRIBUTES.unit),
		recordId: readText(attributes, EVENT_ATTRIBUTES.recordId),
		batchId: readText(attributes, EVENT_ATTRIBUTES.batchId),
		correlationId: readText(attributes, EVENT_ATTRIBUTES.correlationId),
	};
	return Object.fromEntries(Object.entries(optional).filter(([, field]) => field !== undefined));
}

function readTimestamp(value: unknown): string {
	const nanos = readNanos(value);
	if (nanos > LAST_NANOS) throw invalid('timeUnixNano', 'beyond the year 9999');
	return formatInstant({
		seconds: Number(nanos / NANOS_PER_SECOND),
		micros: Number((nanos % NANOS_PER_SECOND) / 1000n),
	});
}

function readModule(text: string | undefined): Module {
	if (isModule(text)) return text;
	throw invalid(`attributes.${EVENT_ATTRIBUTES.module}`, 'unknown module');
}

function readEventType(text: string | undefined): EventType {
	if (text === undefined) throw missing(`attributes.${EVENT_ATTRIBUTES.eventType}`);
	const type = EVENT_TYPES.find((candidate) => candidate === text);
	if (type === undefined) throw invalid(`attributes.${EVENT_ATTRIBUTES.eventType}`, 'unknown event type');
	return type;
}

/** By number, else by text: the number is what senders map, the text what they like. */
function readSeverity(record: object): Severity {
	const number = ownValue(record, 'severityNumber');
	const text = ownValue(record, 'severityText');
	if ((number === undefined || number === 0) && text === undefined) throw missing('severityNumber');
	const severity = typeof number === 'number' ? severityFromNumber(number) : undefined;
	const found = severity ?? (typeof text === 'string' ? severityFromText(text) : undefined);
	if (found === undefined) throw invalid('severityNumber', 'not within 1 and 24, and the text is no severity');
	return found;
}

function readDimensions(attributes: ReadonlyMap<string, AttributeScalar>): Record<string, string> {
	const dimensions: [string, string][] = [];
	for (const [key, value] of attributes) {
		const dimension = dimensionOfAttribute(key);
		if (dimension !== undefined) dimensions.push([dimension, String(value)]);
	}
	return Object.fromEntries(dimensions);
}
