import type { OtlpSource, Span } from '../../otlp/otlp-types.ts';
import { attributeTexts, serviceNameOf } from './attribute-text.ts';
import { instantText } from './nanosecond-text.ts';

const KINDS = ['Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer'];
const STATUS_CODES = ['Unset', 'Ok', 'Error'];
const DURATION_BITS = 64;

/** Columns of `otel_traces` that all spans of a source share. */
export function spanSourceRow({ resource, scope }: OtlpSource): object {
	return {
		ServiceName: serviceNameOf(resource.attributes),
		ResourceAttributes: attributeTexts(resource.attributes),
		ScopeName: scope.name,
		ScopeVersion: scope.version,
	};
}

/** The other columns of `otel_traces`, as the Collector's exporter fills them. */
export function spanRow(span: Span): object {
	const { events, links, status } = span;
	return {
		Timestamp: instantText(span.startTimeUnixNano),
		TraceId: span.traceId,
		SpanId: span.spanId,
		ParentSpanId: span.parentSpanId,
		TraceState: span.traceState,
		SpanName: span.name,
		SpanKind: KINDS[span.kind] ?? '',
		SpanAttributes: attributeTexts(span.attributes),
		Duration: String(BigInt.asUintN(DURATION_BITS, span.endTimeUnixNano - span.startTimeUnixNano)),
		StatusCode: STATUS_CODES[status?.code ?? 0] ?? '',
		StatusMessage: status?.message ?? '',
		'Events.Timestamp': events.map(({ timeUnixNano }) => instantText(timeUnixNano)),
		'Events.Name': events.map(({ name }) => name),
		'Events.Attributes': events.map(({ attributes }) => attributeTexts(attributes)),
		'Links.TraceId': links.map(({ traceId }) => traceId),
		'Links.SpanId': links.map(({ spanId }) => spanId),
		'Links.TraceState': links.map(({ traceState }) => traceState),
		'Links.Attributes': links.map(({ attributes }) => attributeTexts(attributes)),
	};
}
