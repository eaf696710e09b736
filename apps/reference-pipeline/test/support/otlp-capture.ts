import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A receiver that keeps every byte. */
export interface OtlpCapture {
	readonly url: string;
	/** Bytes by path. */
	readonly bodies: ReadonlyMap<string, readonly Buffer[]>;
	close(): Promise<void>;
}

/** Listens on a free port of this machine. */
export async function captureOtlp(): Promise<OtlpCapture> {
	const bodies = new Map<string, Buffer[]>();
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const path = request.url ?? '';
			bodies.set(path, [...(bodies.get(path) ?? []), Buffer.concat(chunks)]);
			response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		bodies,
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
