import * as v from 'valibot';
import { isIsoMicros } from '../runtime/timestamp.ts';
import { missingAuditDimensions, REQUIRED_AUDIT_DIMENSIONS } from './audit-dimensions.ts';
import { MODULES } from './components.ts';
import { SEVERITIES } from './severity.ts';
import { fromWire, type TelemetryEvent, type TelemetryEventWire } from './telemetry-event.ts';
import { TelemetryEventError } from './telemetry-event-error.ts';

/** Most dimensions of one event. */
export const MAX_DIMENSIONS = 64;
/** Longest dimension value, in UTF-16 code units. */
export const MAX_DIMENSION_LENGTH = 1024;
/** Longest `exception.stacktrace`. */
export const MAX_STACKTRACE_LENGTH = 8192;
export const STACKTRACE_KEY = 'exception.stacktrace';
/** Longest record, batch and correlation id. */
export const MAX_ID_LENGTH = 128;
/** Names that reach a prototype are none: readers of JSON drop them silently. */
export const DIMENSION_KEY = /^(?!(?:constructor|prototype)$)[a-z][a-z0-9_.]{0,127}$/;

const uuid = v.pipe(
	v.string(),
	v.regex(
		/^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
		'not a lowercase UUID of version 4 or 7',
	),
	v.description('UUID of version 7 (4 accepted), lowercase; the idempotency key'),
);
const traceId = v.pipe(v.string(), v.regex(/^(?!0{32})[0-9a-f]{32}$/, 'not 32 lowercase hex digits, not all zero'));
const spanId = v.pipe(v.string(), v.regex(/^(?!0{16})[0-9a-f]{16}$/, 'not 16 lowercase hex digits, not all zero'));
const timestamp = v.pipe(
	v.string(),
	v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/, 'not YYYY-MM-DDTHH:mm:ss.ffffffZ'),
	v.description('ISO 8601, UTC, microseconds'),
);
const component = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_]{0,31}$/, 'not a component name'));
const name = v.pipe(
	v.string(),
	v.maxLength(255),
	v.regex(
		/^pipeline\.[a-z]+\.[a-z][a-z0-9_]*\.[a-z]+\.[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*$/,
		'not pipeline.<module>.<component>.<type>.<event>',
	),
);
const value = v.pipe(v.number(), v.finite());
const unit = v.pipe(v.string(), v.minLength(1), v.maxLength(63), v.regex(/^[\x21-\x7e]+$/, 'not printable ASCII'));
const id = v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_ID_LENGTH));
const dimensions = v.pipe(
	v.record(
		v.pipe(v.string(), v.regex(DIMENSION_KEY, 'not a dimension key')),
		v.pipe(v.string(), v.maxLength(MAX_STACKTRACE_LENGTH)),
	),
	v.maxEntries(MAX_DIMENSIONS),
	v.description(`values have at most ${MAX_DIMENSION_LENGTH} characters; ${STACKTRACE_KEY} ${MAX_STACKTRACE_LENGTH}`),
);

const common = {
	event_id: uuid,
	parent_span_id: v.optional(spanId),
	timestamp,
	module: v.picklist(MODULES),
	component,
	severity: v.picklist(SEVERITIES),
	name,
	dimensions,
	record_id: v.optional(id),
	batch_id: v.optional(id),
};
const ids = { trace_id: v.optional(traceId), span_id: v.optional(spanId), correlation_id: v.optional(id) };

/** The wire form, by event type. Fields it does not know are left out. */
export const telemetryEventWireSchema = v.variant('event_type', [
	v.object({ ...common, ...ids, event_type: v.literal('METRIC'), value, unit }),
	v.object({ ...common, ...ids, event_type: v.literal('LOG') }),
	v.object({
		...common,
		event_type: v.literal('TRACE'),
		trace_id: traceId,
		span_id: spanId,
		correlation_id: v.optional(id),
		value: v.optional(value),
		unit: v.optional(unit),
	}),
	v.object({ ...common, ...ids, event_type: v.literal('AUDIT') }),
]);

/**
 * Wire form in, `TelemetryEvent` out; usable wherever a Standard Schema is (`telemetryEventSchema['~standard']`). Checks
 * shape and limits; what can be repaired instead, and what depends on time or catalogue, is `checkTelemetryEvent`'s business.
 */
export const telemetryEventSchema = v.pipe(
	telemetryEventWireSchema,
	v.check((event) => isIsoMicros(event.timestamp), 'timestamp is no real date'),
	v.check((event) => event.span_id === undefined || event.trace_id !== undefined, 'span_id without trace_id'),
	v.check(
		(event) => event.parent_span_id === undefined || event.parent_span_id !== event.span_id,
		'parent_span_id is span_id',
	),
	v.check(
		(event) => hasDimensionLengths(event.dimensions),
		`a dimension is longer than ${MAX_DIMENSION_LENGTH} characters`,
	),
	v.check(
		(event) => event.event_type !== 'AUDIT' || isWholeAudit(event.dimensions, event.correlation_id),
		`an AUDIT event lacks one of correlation_id, ${REQUIRED_AUDIT_DIMENSIONS.join(', ')}, and is not marked audit.incomplete`,
	),
	v.transform((event): TelemetryEvent => fromWire(event as TelemetryEventWire)),
);

function hasDimensionLengths(values: Readonly<Record<string, string>>): boolean {
	return Object.entries(values).every(([key, text]) => key === STACKTRACE_KEY || text.length <= MAX_DIMENSION_LENGTH);
}

function isWholeAudit(values: Readonly<Record<string, string>>, correlationId: string | undefined): boolean {
	if (values['audit.incomplete'] === 'true') return true;
	return correlationId !== undefined && missingAuditDimensions(values).length === 0;
}

/** Reads the wire form. @throws TelemetryEventError `EVENT_INVALID` with the path of the first offending field, `EVENT_UNREADABLE` */
export function parseTelemetryEvent(wire: unknown): TelemetryEvent {
	let result: ReturnType<typeof v.safeParse<typeof telemetryEventSchema>>;
	try {
		result = v.safeParse(telemetryEventSchema, wire);
	} catch (cause) {
		throw new TelemetryEventError('EVENT_UNREADABLE', 'The event throws when it is read.', { cause });
	}
	if (result.success) return result.output;
	const [issue] = result.issues;
	const path = v.getDotPath(issue);
	throw new TelemetryEventError('EVENT_INVALID', `${path ?? 'event'}: ${issue.message}`, path === null ? {} : { path });
}
