import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { onTestFinished } from 'vitest';

/** A receiver that remembers which signal came in which content type. */
export interface OtlpSink {
	readonly url: string;
	readonly received: ReadonlySet<string>;
}

/** One over HTTP, which also keeps what it was sent. */
export interface HttpOtlpSink extends OtlpSink {
	readonly requests: readonly { readonly path: string | undefined; readonly body: Buffer }[];
}

export async function httpSink(): Promise<HttpOtlpSink> {
	const received = new Set<string>();
	const requests: { readonly path: string | undefined; readonly body: Buffer }[] = [];
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			if (chunks.length > 0) {
				received.add(`${request.url} ${request.headers['content-type']}`);
				requests.push({ path: request.url, body: Buffer.concat(chunks) });
			}
			response.end();
		});
	});
	return { url: await listening(server), received, requests };
}

/** gRPC without its library: an empty answer and a status of 0. */
export async function grpcSink(): Promise<OtlpSink> {
	const received = new Set<string>();
	const server = createHttp2Server();
	server.on('stream', (stream, headers) => {
		stream.once('data', () => received.add(`${headers[':path']} ${headers['content-type']}`));
		stream.on('end', () => {
			stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
			stream.respond({ ':status': 200, 'content-type': 'application/grpc+proto' }, { waitForTrailers: true });
			stream.end(Buffer.alloc(5));
		});
	});
	return { url: await listening(server), received };
}

async function listening(server: Server): Promise<string> {
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => void server.close());
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
