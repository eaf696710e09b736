import type { LogRecord, OtlpSource } from '../../otlp/otlp-types.ts';
import { attributeTexts, serviceNameOf, valueText } from './attribute-text.ts';
import { instantText } from './nanosecond-text.ts';

const BYTE = 255;

/** Columns of `otel_logs` that all records of a source share. */
export function logSourceRow({ resource, resourceSchemaUrl, scope, scopeSchemaUrl }: OtlpSource): object {
	return {
		ServiceName: serviceNameOf(resource.attributes),
		ResourceSchemaUrl: resourceSchemaUrl,
		ResourceAttributes: attributeTexts(resource.attributes),
		ScopeSchemaUrl: scopeSchemaUrl,
		ScopeName: scope.name,
		ScopeVersion: scope.version,
		ScopeAttributes: attributeTexts(scope.attributes),
	};
}

/** The other columns of `otel_logs`, as the Collector's exporter fills them. */
export function logRow(record: LogRecord): object {
	return {
		Timestamp: instantText(record.timeUnixNano === 0n ? record.observedTimeUnixNano : record.timeUnixNano),
		TraceId: record.traceId,
		SpanId: record.spanId,
		TraceFlags: record.flags & BYTE,
		SeverityText: record.severityText,
		SeverityNumber: record.severityNumber & BYTE,
		Body: valueText(record.body),
		LogAttributes: attributeTexts(record.attributes),
		EventName: record.eventName,
	};
}
