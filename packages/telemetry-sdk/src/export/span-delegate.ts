import { CompressionAlgorithm, type IOtlpExportDelegate } from '@opentelemetry/otlp-exporter-base';
import { convertLegacyHttpOptions, createOtlpHttpExportDelegate } from '@opentelemetry/otlp-exporter-base/node-http';
import {
	convertLegacyOtlpGrpcOptions,
	createEmptyMetadata,
	createOtlpGrpcExportDelegate,
} from '@opentelemetry/otlp-grpc-exporter-base';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { EncodedSpans } from '../encoding/trace-request.ts';
import { traceRequestJson } from './otlp-json.ts';
import { OTLP_PROTOCOLS, type OtlpProtocol } from './otlp-protocol.ts';

/** Where spans go. What is absent comes from `OTEL_EXPORTER_OTLP_TRACES_*`, then `OTEL_EXPORTER_OTLP_*`, then the standard's defaults. */
export interface OtlpSpanDestination {
	/** @default http/protobuf */
	readonly protocol?: OtlpProtocol | undefined;
	/** Whole URL for HTTP (`http://host:4318/v1/traces`); scheme, host and port for gRPC. */
	readonly url?: string | undefined;
	/** Sent with every request: authentication, most often. */
	readonly headers?: Readonly<Record<string, string>> | undefined;
	readonly compression?: 'gzip' | 'none' | undefined;
	/** For a request with all its retries. @default 10000 */
	readonly timeoutMs?: number | undefined;
}

type Delegate = IOtlpExportDelegate<EncodedSpans>;

const DEFAULT_TIMEOUT_MS = 10_000;
const PATH = 'v1/traces';
const SIGNAL = 'TRACES';
const GRPC_METHOD = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const METRICS = { name: 'span' as const, countItems: ({ spans }: EncodedSpans) => spans };
const JSON_ENCODER = new TextEncoder();

type Environment = Readonly<Record<string, string | undefined>>;

/** The protocol that the environment asks for; unknown ones count as none. */
export function protocolOf(env: Environment = process.env): OtlpProtocol {
	const asked = (env['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'] || env['OTEL_EXPORTER_OTLP_PROTOCOL'])?.trim();
	return OTLP_PROTOCOLS.find((protocol) => protocol === asked) ?? 'http/protobuf';
}

/** Milliseconds that the environment gives a request. */
export function timeoutMsOf(env: Environment = process.env): number {
	const asked = Number(env['OTEL_EXPORTER_OTLP_TRACES_TIMEOUT'] || env['OTEL_EXPORTER_OTLP_TIMEOUT']);
	return asked > 0 && Number.isFinite(asked) ? asked : DEFAULT_TIMEOUT_MS;
}

/**
 * OpenTelemetry's own transport for bytes that are encoded already: TLS, authentication, compression, over HTTP retries too.
 *
 * @param onRejected told how many spans of a request that was accepted the receiver refused
 * @throws Error for a URL that is none
 */
export function createSpanDelegate(destination: OtlpSpanDestination, onRejected: (spans: number) => void): Delegate {
	const { protocol = protocolOf(), compression, headers, timeoutMs, url } = destination;
	const options = {
		...(url === undefined ? {} : { url }),
		...(timeoutMs === undefined ? {} : { timeoutMillis: timeoutMs }),
		...(compression === undefined
			? {}
			: { compression: compression === 'gzip' ? CompressionAlgorithm.GZIP : CompressionAlgorithm.NONE }),
	};
	const protobuf = {
		serializeRequest: ({ bytes }: EncodedSpans) => bytes,
		deserializeResponse: (response: Uint8Array) =>
			noteRejected(ProtobufTraceSerializer.deserializeResponse(response), onRejected),
	};
	if (protocol === 'grpc') {
		const metadata = createEmptyMetadata();
		for (const [key, value] of Object.entries(headers ?? {})) metadata.set(key, value);
		return createOtlpGrpcExportDelegate(
			convertLegacyOtlpGrpcOptions({ ...options, metadata }, SIGNAL),
			protobuf,
			'otlp_grpc_span_exporter',
			METRICS,
			undefined,
			'TraceExportService',
			GRPC_METHOD,
		);
	}
	const json = {
		serializeRequest: ({ bytes }: EncodedSpans) => JSON_ENCODER.encode(JSON.stringify(traceRequestJson(bytes))),
		deserializeResponse: (response: Uint8Array) =>
			noteRejected(JsonTraceSerializer.deserializeResponse(response), onRejected),
	};
	const isJson = protocol === 'http/json';
	const contentType = isJson ? 'application/json' : 'application/x-protobuf';
	return createOtlpHttpExportDelegate(
		convertLegacyHttpOptions({ ...options, headers: { ...headers } }, SIGNAL, PATH, { 'Content-Type': contentType }),
		isJson ? json : protobuf,
		isJson ? 'otlp_http_json_span_exporter' : 'otlp_http_span_exporter',
		METRICS,
		undefined,
	);
}

function noteRejected<T extends { partialSuccess?: { rejectedSpans?: number | undefined } | undefined }>(
	response: T,
	onRejected: (spans: number) => void,
): T {
	const rejected = Number(response.partialSuccess?.rejectedSpans ?? 0);
	if (rejected > 0) onRejected(rejected);
	return response;
}
