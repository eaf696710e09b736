import type { IOtlpExportDelegate } from '@opentelemetry/otlp-exporter-base';
import { JsonLogsSerializer, ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import type { EncodedLogs } from '../encoding/event-log-encoder.ts';
import { createOtlpDelegate, type OtlpSignal } from './otlp-delegate.ts';
import type { OtlpDestination } from './otlp-destination.ts';
import { logsRequestJson } from './otlp-json.ts';

type Response = ReturnType<typeof ProtobufLogsSerializer.deserializeResponse>;

const LOGS: OtlpSignal<EncodedLogs, Response> = {
	name: 'LOGS',
	path: 'v1/logs',
	service: 'LogsExportService',
	method: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
	item: 'log',
	countItems: ({ records }) => records,
	json: logsRequestJson,
	readProtobuf: (bytes) => ProtobufLogsSerializer.deserializeResponse(bytes),
	readJson: (bytes) => JsonLogsSerializer.deserializeResponse(bytes),
	rejected: ({ partialSuccess }) => Number(partialSuccess?.rejectedLogRecords ?? 0),
};

/** Sends encoded log records. @throws Error for a destination that is none */
export function createLogDelegate(
	destination: OtlpDestination,
	onRejected: (records: number) => void,
): IOtlpExportDelegate<EncodedLogs> {
	return createOtlpDelegate(LOGS, destination, onRejected);
}
