import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { definedFields } from '../lineage/defined-fields.ts';
import type { TraceSpan } from '../traces/trace-by-id.ts';
import type { JourneyError } from './journey.ts';

/** Dimensions that say what an error was about; the rest stands in the event. */
const DETAILS = [
	...['rule_id', 'field_name', 'expected', 'actual', 'severity', 'disposition', 'stage', 'destination_id'],
	...['attempt_number', 'failure_reason', 'retry_eligible', 'failed_mapping', 'error_location', 'raw_record_ref'],
].map((name) => `pipeline.${name}`);

/** Failures as the events tell them, and those of spans that no event tells; in the order of time. */
export function errorsOf(
	events: readonly TelemetryEvent[],
	traces: ReadonlyMap<string, readonly TraceSpan[]>,
): readonly JourneyError[] {
	const told = events.flatMap(errorOfEvent);
	const known = new Set(told.map(({ traceId, spanId }) => `${traceId} ${spanId}`));
	const untold = [...traces].flatMap(([traceId, spans]) =>
		deepestErrors(spans).flatMap((span) => (known.has(`${traceId} ${span.spanId}`) ? [] : errorOfSpan(traceId, span))),
	);
	return [...told, ...untold].toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

function errorOfEvent(event: TelemetryEvent): readonly JourneyError[] {
	const { timestamp, module, component, eventType, traceId, spanId, dimensions } = event;
	// The end of a trace repeats the code of what ended it; `record_ingested` that of the failed validation.
	if (eventType === 'TRACE' || event.name.endsWith('.record_ingested')) return [];
	const code = dimensions['error.type'] ?? dimensions['pipeline.error_code'];
	const failed =
		dimensions['audit.outcome'] === 'FAILURE' || event.severity === 'ERROR' || event.severity === 'CRITICAL';
	if (code === undefined && !failed) return [];
	return [
		{
			at: timestamp,
			...{
				module,
				component,
				code: code ?? event.name.split('.').at(-1) ?? event.name,
				details: detailsOf(dimensions),
			},
			...definedFields({ traceId, spanId }),
		},
	];
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
	return Object.fromEntries(told.map((key) => [key.slice('pipeline.'.length), (dimensions[key] ?? '').trim()]));
}
