import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';

export interface Received {
	readonly path: string | undefined;
	readonly headers: IncomingMessage['headers'];
	readonly body: Buffer;
}

/** How the sink treats one request; requests beyond the list are accepted. */
export type Answer = (response: ServerResponse, socket: Socket) => void;

export const accept: Answer = (response) => void response.writeHead(200).end();
/** To be asked again at once: from a time on that has passed. */
export const unavailable: Answer = (response) =>
	void response.writeHead(503, { 'Retry-After': new Date(0).toUTCString() }).end();
export const refuse: Answer = (response) => void response.writeHead(400).end('no');
export const hang: Answer = () => {};
/** The answer comes bit by bit. */
export const dawdle: Answer = (response) => {
	response.writeHead(200, { 'Content-Length': '2' });
	response.write(Buffer.of(0x0a), () => setImmediate(() => response.end(Buffer.of(0x00))));
};
/** An answer that never ends, and never pauses for long. */
export const drip: Answer = (response) => {
	response.writeHead(200);
	const timer = setInterval(() => response.write('x'), 20);
	response.on('close', () => clearInterval(timer));
};
export const fail: Answer = (response) => void response.writeHead(500).end();
export const garbage: Answer = (_, socket) =>
	void socket.end(Buffer.from(Array.from({ length: 1_000 }, (_, at) => (at * 37) % 256)));
/** Bytes that are no protobuf, of a request that was accepted. */
export const nonsense: Answer = (response) => void response.writeHead(200).end(Buffer.alloc(1_000, 0xff));
export const huge: Answer = (response) => {
	response.writeHead(200);
	response.end(Buffer.alloc(16_777_216));
};
/** The connection ends without an answer. */
export const closeEarly: Answer = (_, socket) => void socket.end();
/** The connection ends in the middle of the answer. */
export const breakOff: Answer = (response, socket) => {
	response.writeHead(200, { 'Content-Length': '100' });
	response.write('x', () => socket.destroy());
};

/** A real HTTP server that notes what it is sent. */
export class HttpSink {
	readonly received: Received[] = [];
	readonly #server: Server;
	readonly #answers: Answer[];
	readonly #isTls: boolean;

	private constructor(answers: Answer[], tls: ServerOptions | undefined) {
		this.#answers = answers;
		this.#isTls = tls !== undefined;
		const listener = (request: IncomingMessage, response: ServerResponse) => void this.#take(request, response);
		this.#server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
	}

	static async start(answers: Answer[] = [], tls?: ServerOptions): Promise<HttpSink> {
		const sink = new HttpSink(answers, tls);
		await new Promise<void>((listening) => sink.#server.listen(0, '127.0.0.1', listening));
		return sink;
	}

	get origin(): string {
		return `${this.#isTls ? 'https' : 'http'}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	async close(): Promise<void> {
		this.#server.closeAllConnections();
		await new Promise((closed) => this.#server.close(closed));
	}

	async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const sent = Buffer.concat(chunks);
		const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
		this.received.push({ path: request.url, headers: request.headers, body });
		(this.#answers.shift() ?? accept)(response, request.socket);
	}
}
