import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A loopback HTTP server on a port of the system's choice, with the calls that it saw. */
export class HttpService {
	readonly urls: string[] = [];
	/** Settles for each call whose client went away before the answer. */
	readonly aborted: Promise<void>;
	answer: (response: ServerResponse, url: string) => void = (response) => json(response, 200, {});
	readonly #server: Server;
	#noteAbort: () => void = () => undefined;

	private constructor() {
		this.aborted = new Promise((resolve) => {
			this.#noteAbort = resolve;
		});
		this.#server = createServer((request, response) => {
			this.urls.push(request.url ?? '');
			response.on('close', () => response.writableEnded || this.#noteAbort());
			this.answer(response, request.url ?? '');
		});
	}

	static async start(): Promise<HttpService> {
		const service = new HttpService();
		await new Promise<void>((resolve) => service.#server.listen(0, '127.0.0.1', resolve));
		return service;
	}

	get origin(): string {
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	async stop(): Promise<void> {
		this.#server.closeAllConnections();
		await new Promise((resolve) => this.#server.close(resolve));
	}
}

export function json(response: ServerResponse, status: number, body: unknown): void {
	response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
