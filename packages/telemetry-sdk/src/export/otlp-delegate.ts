import { CompressionAlgorithm, type IOtlpExportDelegate } from '@opentelemetry/otlp-exporter-base';
import { convertLegacyHttpOptions, createOtlpHttpExportDelegate } from '@opentelemetry/otlp-exporter-base/node-http';
import type { ISerializer } from '@opentelemetry/otlp-transformer';
import type { Connections } from './connections.ts';
import { LateDelegate } from './late-delegate.ts';
import { type OtlpDestination, type OtlpSignalName, protocolOf } from './otlp-destination.ts';

/** A request whose bytes are encoded already. */
export interface EncodedRequest {
	readonly bytes: Uint8Array;
}

/** What is particular to a signal. */
export interface OtlpSignal<Request extends EncodedRequest, Response> {
	readonly name: OtlpSignalName;
	/** Path of HTTP's URL. */
	readonly path: string;
	readonly service: string;
	readonly method: string;
	readonly item: 'span' | 'log';
	readonly countItems: (request: Request) => number;
	readonly json: (bytes: Uint8Array) => unknown;
	readonly readProtobuf: ISerializer<never, Response>['deserializeResponse'];
	readonly readJson: ISerializer<never, Response>['deserializeResponse'];
	/** Items that were refused, although the request was accepted. */
	readonly rejected: (response: Response) => number;
}

const JSON_ENCODER = new TextEncoder();

/**
 * OpenTelemetry's own transport for bytes that are encoded already: TLS, authentication, compression, over HTTP retries too.
 *
 * @param connections knows its own
 * @param onRejected told how many items of a request that was accepted the receiver refused
 * @throws Error for a URL that is none; over gRPC, whose code is loaded with the first request, that request fails
 */
export function createOtlpDelegate<Request extends EncodedRequest, Response>(
	signal: OtlpSignal<Request, Response>,
	{ protocol = protocolOf(signal.name), compression, headers, timeoutMs, url }: OtlpDestination,
	onRejected: (items: number) => void,
	connections?: Connections,
): IOtlpExportDelegate<Request> {
	const options = {
		...(url === undefined ? {} : { url }),
		...(timeoutMs === undefined ? {} : { timeoutMillis: timeoutMs }),
		...(compression === undefined
			? {}
			: { compression: compression === 'gzip' ? CompressionAlgorithm.GZIP : CompressionAlgorithm.NONE }),
	};
	const noted = (response: Response): Response => {
		const items = signal.rejected(response);
		if (items > 0) onRejected(items);
		return response;
	};
	const protobuf: ISerializer<Request, Response> = {
		serializeRequest: ({ bytes }) => bytes,
		deserializeResponse: (response) => noted(signal.readProtobuf(response)),
	};
	const metrics = { name: signal.item, countItems: signal.countItems };
	if (protocol === 'grpc')
		return new LateDelegate(async () => {
			const grpc = await import('@opentelemetry/otlp-grpc-exporter-base');
			const metadata = grpc.createEmptyMetadata();
			for (const [key, value] of Object.entries(headers ?? {})) metadata.set(key, value);
			const delegate = grpc.createOtlpGrpcExportDelegate(
				grpc.convertLegacyOtlpGrpcOptions({ ...options, metadata }, signal.name),
				protobuf,
				`otlp_grpc_${signal.item}_exporter`,
				metrics,
				undefined,
				signal.service,
				signal.method,
			);
			return connections?.knownChannel(delegate) ?? delegate;
		});
	const json: ISerializer<Request, Response> = {
		serializeRequest: ({ bytes }) => JSON_ENCODER.encode(JSON.stringify(signal.json(bytes))),
		deserializeResponse: (response) => noted(signal.readJson(response)),
	};
	const isJson = protocol === 'http/json';
	const contentType = isJson ? 'application/json' : 'application/x-protobuf';
	const http = convertLegacyHttpOptions({ ...options, headers: { ...headers } }, signal.name, signal.path, {
		'Content-Type': contentType,
	});
	return createOtlpHttpExportDelegate(
		connections === undefined ? http : { ...http, agentFactory: connections.known(http.agentFactory) },
		isJson ? json : protobuf,
		isJson ? `otlp_http_json_${signal.item}_exporter` : `otlp_http_${signal.item}_exporter`,
		metrics,
		undefined,
	);
}
