import { instantOf } from './time-range.ts';

export type SpanStatus = 'UNSET' | 'OK' | 'ERROR';
type Attributes = Readonly<Record<string, string>>;

export interface SpanEvent {
	readonly time: string;
	readonly name: string;
	readonly attributes: Attributes;
}

export interface SpanLink {
	readonly traceId: string;
	readonly spanId: string;
	readonly attributes: Attributes;
}

/** A span as it is in `otel_traces`. Instants are ISO 8601 with nanoseconds. */
export interface StoredSpan {
	readonly spanId: string;
	/** Absent on a root. */
	readonly parentSpanId?: string;
	readonly name: string;
	readonly kind: string;
	readonly service: string;
	readonly startTime: string;
	readonly durationMs: number;
	readonly status: SpanStatus;
	readonly statusMessage?: string;
	readonly scope: string;
	readonly attributes: Attributes;
	readonly resourceAttributes: Attributes;
	readonly events: readonly SpanEvent[];
	readonly links: readonly SpanLink[];
}

export interface SpanRow {
	readonly span_id: string;
	readonly parent_span_id: string;
	readonly name: string;
	readonly kind: string;
	readonly service: string;
	readonly start_ns: string;
	readonly duration_ns: string;
	readonly status: string;
	readonly status_message: string;
	readonly scope: string;
	readonly attributes: Attributes;
	readonly resource_attributes: Attributes;
	readonly event_times: readonly string[];
	readonly event_names: readonly string[];
	readonly event_attributes: readonly Attributes[];
	readonly link_traces: readonly string[];
	readonly link_spans: readonly string[];
	readonly link_attributes: readonly Attributes[];
}

/** Select list that `spanOf` reads. */
export const SPAN_FIELDS = [
	'SpanId AS span_id, ParentSpanId AS parent_span_id, SpanName AS name, SpanKind AS kind, ServiceName AS service',
	'toUnixTimestamp64Nano(Timestamp) AS start_ns, Duration AS duration_ns',
	'StatusCode AS status, StatusMessage AS status_message, ScopeName AS scope',
	'SpanAttributes AS attributes, ResourceAttributes AS resource_attributes',
	'arrayMap(time -> toUnixTimestamp64Nano(time), Events.Timestamp) AS event_times',
	'Events.Name AS event_names, Events.Attributes AS event_attributes',
	'Links.TraceId AS link_traces, Links.SpanId AS link_spans, Links.Attributes AS link_attributes',
].join(', ');

/** Start of a row and of what was read from it: instants are text outside. */
export const startOf = ({ start_ns }: Pick<SpanRow, 'start_ns'>): bigint => BigInt(start_ns);

const NS_PER_MS = 1_000_000;
export const millisecondsOf = (ns: string | bigint): number => Number(ns) / NS_PER_MS;

export function spanOf(row: SpanRow): StoredSpan {
	return {
		spanId: row.span_id,
		...(row.parent_span_id === '' ? {} : { parentSpanId: row.parent_span_id }),
		name: row.name,
		kind: row.kind,
		service: row.service,
		startTime: instantOf(startOf(row)),
		durationMs: millisecondsOf(row.duration_ns),
		status: statusOf(row.status),
		...(row.status_message === '' ? {} : { statusMessage: row.status_message }),
		scope: row.scope,
		attributes: row.attributes,
		resourceAttributes: row.resource_attributes,
		events: row.event_names.map((name, index) => ({
			time: instantOf(BigInt(row.event_times[index] ?? 0)),
			name,
			attributes: row.event_attributes[index] ?? {},
		})),
		links: row.link_traces.map((traceId, index) => ({
			traceId,
			spanId: row.link_spans[index] ?? '',
			attributes: row.link_attributes[index] ?? {},
		})),
	};
}

/** The Collector writes `Unset`, `Ok` and `Error`; other writers differ in case, or put a prefix before it. */
function statusOf(code: string): SpanStatus {
	const word = code.toUpperCase();
	if (word.endsWith('ERROR')) return 'ERROR';
	return word.endsWith('OK') ? 'OK' : 'UNSET';
}
