import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Answer {
	readonly status: number;
	readonly contentType: string;
	readonly body: string;
}

/** Path -> what it answers. */
export type Routes = ReadonlyMap<string, () => Promise<Answer>>;

export interface HttpServerOptions {
	readonly host: string;
	/** 0: any that is free. */
	readonly port: number;
	readonly routes: Routes;
}

export interface RunningServer {
	readonly host: string;
	readonly port: number;
	/** Ends the connections, too. */
	close(): Promise<void>;
}

const MAX_HEADER_BYTES = 8_192;
const MAX_CONNECTIONS = 64;
const TIMEOUT_MS = 5_000;
const METHODS = 'GET, HEAD';

const text = (status: number, body: string): Answer => ({ status, contentType: 'text/plain; charset=utf-8', body });

/**
 * A small server for probes and scrapes. It does not keep the process alive, takes no bodies, and answers what it does not know with 4xx.
 *
 * @returns rejects when the port cannot be had
 */
export function openHttpServer({ host, port, routes }: HttpServerOptions): Promise<RunningServer> {
	const server = createServer(
		{
			maxHeaderSize: MAX_HEADER_BYTES,
			requestTimeout: TIMEOUT_MS,
			headersTimeout: TIMEOUT_MS,
			keepAliveTimeout: TIMEOUT_MS,
		},
		(request, response) => void respond(routes, request, response),
	);
	server.maxConnections = MAX_CONNECTIONS;
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, host, () => {
			server.off('error', reject);
			// Nothing that happens to it later is the application's business.
			server.on('error', () => {});
			server.unref();
			const address = server.address() as AddressInfo;
			resolve({ host, port: address.port, close: () => close(server) });
		});
	});
}

async function respond(routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> {
	request.resume();
	response.on('error', () => {});
	const { status, contentType, body } = await answer(routes, request).catch(() => text(500, 'failed\n'));
	if (response.destroyed) return;
	response.writeHead(status, {
		'Content-Type': contentType,
		'Content-Length': Buffer.byteLength(body),
		'Cache-Control': 'no-store',
		'X-Content-Type-Options': 'nosniff',
		...(status === 405 ? { Allow: METHODS } : {}),
	});
	response.end(request.method === 'HEAD' ? undefined : body);
}

async function answer(routes: Routes, { url = '', method }: IncomingMessage): Promise<Answer> {
	const [path = ''] = url.split('?', 1);
	const route = routes.get(path);
	if (route === undefined) return text(404, 'not found\n');
	if (method !== 'GET' && method !== 'HEAD') return text(405, 'method not allowed\n');
	return route();
}

function close(server: Server): Promise<void> {
	return new Promise((resolve) => {
		server.close(() => resolve());
		server.closeAllConnections();
	});
}
