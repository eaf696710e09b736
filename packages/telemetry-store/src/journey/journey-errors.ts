import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { definedFields } from '../lineage/defined-fields.ts';
import type { TraceSpan } from '../traces/trace-by-id.ts';
import type { JourneyError } from './journey.ts';

/** Dimensions that say what an error was about; the rest stands in the event. */
const DETAILS = [
	...['rule_id', 'field_name', 'expected', 'actual', 'severity', 'disposition', 'stage', 'destination_id'],
	...['attempt_number', 'failure_reason', 'retry_eligible', 'failed_mapping', 'error_location', 'raw_record_ref'],
]
	.map((name) => `pipeline.${name}`)
	.concat('message', 'exception.message');

/** Failures as the events tell them, and those of spans that no event tells; in the order of time. */
export function errorsOf(
	events: readonly TelemetryEvent[],
	traces: ReadonlyMap<string, readonly TraceSpan[]>,
): readonly JourneyError[] {
	const told = united(events.filter(isFailure));
	const known = new Set(told.map(({ traceId, spanId }) => `${traceId} ${spanId}`));
	const untold = [...traces].flatMap(([traceId, spans]) =>
		deepestErrors(spans).flatMap((span) => (known.has(`${traceId} ${span.spanId}`) ? [] : errorOfSpan(traceId, span))),
	);
	return [...told, ...untold].toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

function isFailure({ eventType, name, severity, dimensions }: TelemetryEvent): boolean {
	// What `record_ingested` says of a failed validation has an entry of its own; the end of a trace repeats what ended it.
	if (eventType === 'AUDIT') return dimensions['audit.outcome'] === 'FAILURE' && !name.endsWith('.record_ingested');
	return eventType === 'LOG' && (severity === 'ERROR' || severity === 'CRITICAL' || codeOf(dimensions) !== undefined);
}

/** Of a failure there is an audit entry, and often a line of a log: they are one, with the details of both. */
function united(failures: readonly TelemetryEvent[]): readonly JourneyError[] {
	const audited = failures.filter(({ eventType }) => eventType === 'AUDIT').map(errorOfEvent);
	const logged = failures.filter(({ eventType }) => eventType !== 'AUDIT').map(errorOfEvent);
	const places = new Set(audited.map(placeOf));
	const said = new Map(logged.map((error) => [placeOf(error), error.details]));
	return [
		...audited.map((error) => ({ ...error, details: { ...said.get(placeOf(error)), ...error.details } })),
		...logged.filter((error) => !places.has(placeOf(error))),
	];
}

const placeOf = ({ traceId, spanId, code }: JourneyError) => `${traceId} ${spanId} ${code}`;
const codeOf = (dimensions: TelemetryEvent['dimensions']) =>
	dimensions['error.type'] ?? dimensions['pipeline.error_code'];

function errorOfEvent({
	timestamp,
	module,
	component,
	name,
	traceId,
	spanId,
	dimensions,
}: TelemetryEvent): JourneyError {
	const code = codeOf(dimensions) ?? name.split('.').at(-1) ?? name;
	const details = detailsOf(dimensions);
	return { at: timestamp, module, component, code, details, ...definedFields({ traceId, spanId }) };
}

function errorOfSpan(traceId: string, { name, startTime, attributes, statusMessage, spanId }: TraceSpan): JourneyError {
	const [module = '', component = ''] = name.split('.');
	return {
		at: startTime,
		module: attributes['pipeline.module'] ?? module.toUpperCase(),
		component,
		code: attributes['error.type'] ?? statusMessage ?? 'ERROR',
		details: detailsOf(attributes),
		...{ traceId, spanId },
	};
}

/** A failure marks every span above it too: it is told once, where it began. */
function deepestErrors(spans: readonly TraceSpan[]): readonly TraceSpan[] {
	const failed = spans.filter(({ status }) => status === 'ERROR');
	const above = new Set(failed.map(({ parentSpanId }) => parentSpanId));
	return failed.filter(({ spanId }) => !above.has(spanId));
}

function detailsOf(dimensions: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
	const told = DETAILS.filter((key) => dimensions[key]);
	return Object.fromEntries(told.map((key) => [key.replace(/^pipeline\./, ''), (dimensions[key] ?? '').trim()]));
}
