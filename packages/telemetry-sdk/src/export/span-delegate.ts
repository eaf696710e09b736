import type { IOtlpExportDelegate } from '@opentelemetry/otlp-exporter-base';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { EncodedSpans } from '../encoding/trace-request.ts';
import type { Connections } from './connections.ts';
import { createOtlpDelegate, type OtlpSignal } from './otlp-delegate.ts';
import type { OtlpDestination } from './otlp-destination.ts';
import { traceRequestJson } from './otlp-json.ts';

type Response = ReturnType<typeof ProtobufTraceSerializer.deserializeResponse>;

const SPANS: OtlpSignal<EncodedSpans, Response> = {
	name: 'TRACES',
	path: 'v1/traces',
	service: 'TraceExportService',
	method: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
	item: 'span',
	countItems: ({ spans }) => spans,
	json: traceRequestJson,
	readProtobuf: (bytes) => ProtobufTraceSerializer.deserializeResponse(bytes),
	readJson: (bytes) => JsonTraceSerializer.deserializeResponse(bytes),
	rejected: ({ partialSuccess }) => Number(partialSuccess?.rejectedSpans ?? 0),
};

/** Sends encoded spans. @throws Error for a destination that is none */
export function createSpanDelegate(
	destination: OtlpDestination,
	onRejected: (spans: number) => void,
	connections?: Connections,
): IOtlpExportDelegate<EncodedSpans> {
	return createOtlpDelegate(SPANS, destination, onRejected, connections);
}
