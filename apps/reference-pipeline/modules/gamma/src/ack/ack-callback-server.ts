import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AcknowledgmentError } from '@pipeline/model';
import { BodyTooLargeError, readBounded } from '../destinations/read-bounded.ts';
import type { AckOutcome } from './ack-outcome.ts';
import type { AckTracker } from './ack-tracker.ts';

/** Where the server listens. */
export interface AckCallbackOptions {
	/** @default 127.0.0.1 */
	readonly host?: string;
	/** @default 0: any free port */
	readonly port?: number;
	/** Largest acknowledgment, in bytes. @default 1048576 */
	readonly maxBodyBytes?: number;
}

const STATUS: Readonly<Record<AckOutcome['kind'], number>> = {
	MATCHED: 200,
	EARLY: 202,
	LATE: 200,
	DUPLICATE: 200,
	MALFORMED: 400,
	UNMATCHED: 404,
};

/** Takes acknowledgments that destinations post as JSON, at any path. */
export class AckCallbackServer {
	private readonly acks: AckTracker;
	private readonly options: AckCallbackOptions;
	private readonly onFailure: (message: string) => AcknowledgmentError;
	private server: Server | undefined;

	constructor(acks: AckTracker, options: AckCallbackOptions, onFailure: (message: string) => AcknowledgmentError) {
		this.acks = acks;
		this.options = options;
		this.onFailure = onFailure;
	}

	/** Address to give to destinations; undefined while it does not listen. */
	get url(): string | undefined {
		const address = this.server?.address() as AddressInfo | null | undefined;
		return address ? `http://${this.options.host ?? '127.0.0.1'}:${address.port}/acknowledgments` : undefined;
	}

	async start(): Promise<void> {
		const server = createServer((request, response) => void this.handle(request, response));
		server.listen(this.options.port ?? 0, this.options.host ?? '127.0.0.1');
		await once(server, 'listening');
		this.server = server;
	}

	async stop(): Promise<void> {
		const { server } = this;
		this.server = undefined;
		if (server === undefined) return;
		const closed = once(server, 'close');
		server.close();
		server.closeAllConnections();
		await closed;
	}

	private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		if (request.method !== 'POST') return answer(response, 405, { error: 'POST an acknowledgment' });
		try {
			const text = await readBounded(request, this.options.maxBodyBytes ?? 1_048_576);
			const outcome = this.acks.receive(parse(text));
			answer(response, STATUS[outcome.kind], { outcome: outcome.kind });
		} catch (error) {
			const failure = this.onFailure(error instanceof Error ? error.message : String(error));
			const status = error instanceof BodyTooLargeError ? 413 : 500;
			answer(response, status, { error: failure.errorCode });
		}
	}
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function answer(response: ServerResponse, status: number, body: unknown): void {
	if (response.destroyed) return;
	response.writeHead(status, { 'content-type': 'application/json', ...(status === 413 && { connection: 'close' }) });
	response.end(JSON.stringify(body));
}
