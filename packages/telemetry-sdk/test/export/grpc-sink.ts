import { type handleUnaryCall, type Metadata, Server, ServerCredentials, status } from '@grpc/grpc-js';

const identity = (bytes: Buffer): Buffer => bytes;
const PATHS = {
	traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
	logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
};
const EXPORT = {
	requestStream: false,
	responseStream: false,
	requestSerialize: identity,
	requestDeserialize: identity,
	responseSerialize: identity,
	responseDeserialize: identity,
} as const;

/** A real gRPC server that notes the spans and log records that it is sent. Each code is the answer to one request; those beyond are accepted. */
export class GrpcSink {
	readonly received: { readonly body: Buffer; readonly metadata: Metadata }[] = [];
	readonly #server = new Server();
	#port = 0;

	static async start(codes: (status | 'hang')[] = []): Promise<GrpcSink> {
		const sink = new GrpcSink();
		const take: handleUnaryCall<Buffer, Buffer> = ({ request, metadata }, answer) => {
			sink.received.push({ body: request, metadata });
			const code = codes.shift() ?? status.OK;
			if (code === status.OK) answer(null, Buffer.alloc(0));
			else if (code !== 'hang') answer({ code, details: 'not now' });
		};
		for (const path of Object.values(PATHS)) sink.#server.addService({ Export: { ...EXPORT, path } }, { Export: take });
		sink.#port = await new Promise<number>((bound, failed) => {
			sink.#server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
				error === null ? bound(port) : failed(error),
			);
		});
		return sink;
	}

	get origin(): string {
		return `http://127.0.0.1:${this.#port}`;
	}

	close(): void {
		this.#server.forceShutdown();
	}
}
