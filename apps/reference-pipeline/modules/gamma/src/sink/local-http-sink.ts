import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { request } from 'undici';
import { readBounded } from '../destinations/read-bounded.ts';
import { contentsOf } from './sink-bodies.ts';
import { chance, type SinkPlan, type SinkVerdict, verdictOf } from './sink-plan.ts';

/** How a sink behaves. */
export interface LocalHttpSinkOptions {
	readonly plan?: SinkPlan;
	/** Accepted records are appended here, one a line. Kept in memory only when not given. */
	readonly file?: string;
	/** CALLBACK posts acknowledgments to the caller's `x-callback-url`. STATUS only answers `GET /status/<id>`. @default NONE */
	readonly acknowledges?: 'NONE' | 'CALLBACK' | 'STATUS';
	/** Time before an acknowledgment is posted, in milliseconds. @default 0 */
	readonly ackDelayMs?: number;
	/** Posts without this authorization header are answered 401. */
	readonly authorization?: string;
}

/** One post as it came. */
export interface ReceivedPost {
	readonly headers: IncomingMessage['headers'];
	readonly body: string;
	readonly verdicts: readonly SinkVerdict[];
}

const MAX_BODY_BYTES = 268_435_456;
const HTTP_STATUS: Readonly<Record<SinkVerdict, number>> = { ACCEPT: 200, REJECT: 422, FAIL: 503, RATE_LIMIT: 429 };

/** A destination on loopback for demonstrations and tests. */
export class LocalHttpSink {
	readonly options: LocalHttpSinkOptions;
	/** Every post in the order of arrival. */
	readonly posts: ReceivedPost[] = [];
	/** Contents of the accepted records in the order of arrival. */
	readonly accepted: string[] = [];
	private readonly times = new Map<string, number>();
	private readonly states = new Map<string, 'DELIVERED' | 'FAILED'>();
	private readonly acknowledging = new Set<Promise<void>>();
	private server: Server | undefined;

	constructor(options: LocalHttpSinkOptions = {}) {
		this.options = options;
	}

	/** Address of posts. */
	get url(): string {
		return `${this.origin}/records`;
	}

	/** Address of delivery states, for `HttpDestinationOptions.statusUrl`. */
	get statusUrl(): string {
		return `${this.origin}/status/{correlationId}`;
	}

	/** Listens on a free port of the loopback interface. */
	async start(): Promise<void> {
		const server = createServer((incoming, response) => void this.handle(incoming, response));
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		this.server = server;
	}

	/** Resolves when the acknowledgments so far are posted. */
	async acknowledged(): Promise<void> {
		while (this.acknowledging.size > 0) await Promise.all(this.acknowledging);
	}

	async stop(): Promise<void> {
		const { server } = this;
		if (server === undefined) return;
		this.server = undefined;
		const closed = once(server, 'close');
		server.close();
		server.closeAllConnections();
		await Promise.all([closed, this.acknowledged()]);
	}

	private get origin(): string {
		const address = this.server?.address() as AddressInfo | null | undefined;
		if (!address) throw new Error('the sink is not started');
		return `http://127.0.0.1:${address.port}`;
	}

	private async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
		try {
			if (incoming.method === 'GET') return this.answerStatus(incoming, response);
			const { authorization } = this.options;
			if (authorization !== undefined && incoming.headers.authorization !== authorization) {
				return send(response, 401, { error: 'unauthorized' });
			}
			await this.handlePost(incoming, response);
		} catch (error) {
			send(response, 400, { error: String(error) });
		}
	}

	private async handlePost(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
		const body = await readBounded(incoming, MAX_BODY_BYTES);
		const isBatch = incoming.headers['idempotency-key'] === undefined;
		const contents = contentsOf(body, incoming.headers['content-type'] ?? '', isBatch);
		const verdicts = contents.map((content) => this.judge(content));
		this.posts.push({ headers: incoming.headers, body, verdicts });
		await this.delayFor(body);
		this.keep(contents.filter((_, index) => verdicts[index] === 'ACCEPT'));
		const answer = isBatch ? batchAnswer(verdicts) : singleAnswer(verdicts[0]!, this.options.plan);
		send(response, answer.status, answer.body, answer.headers);
		if (answer.status === 200) this.acknowledge(incoming, body);
	}

	private judge(content: string): SinkVerdict {
		const time = this.times.get(content) ?? 0;
		this.times.set(content, time + 1);
		return verdictOf(this.options.plan ?? {}, content, time);
	}

	private async delayFor(body: string): Promise<void> {
		const { delayRatio = 0, delayMs = 0 } = this.options.plan ?? {};
		if (delayMs > 0 && chance(this.options.plan ?? {}, 'delay', body, 0) < delayRatio) await delay(delayMs);
	}

	private keep(contents: readonly string[]): void {
		this.accepted.push(...contents);
		const { file } = this.options;
		if (file !== undefined && contents.length > 0) appendFileSync(file, `${contents.join('\n')}\n`);
	}

	private acknowledge(incoming: IncomingMessage, body: string): void {
		const { acknowledges = 'NONE', plan = {} } = this.options;
		const correlationId = String(incoming.headers['x-correlation-id'] ?? '');
		if (acknowledges === 'NONE' || chance(plan, 'drop-ack', body, 0) < (plan.dropAckRatio ?? 0)) return;
		const isNegative = chance(plan, 'negative-ack', body, 0) < (plan.negativeAckRatio ?? 0);
		this.states.set(correlationId, isNegative ? 'FAILED' : 'DELIVERED');
		const url = incoming.headers['x-callback-url'];
		if (acknowledges !== 'CALLBACK' || typeof url !== 'string') return;
		const posting = this.postAcknowledgment(url, correlationId, isNegative);
		this.acknowledging.add(posting);
		void posting.finally(() => this.acknowledging.delete(posting));
	}

	private async postAcknowledgment(url: string, correlationId: string, isNegative: boolean): Promise<void> {
		if (this.options.ackDelayMs !== undefined) await delay(this.options.ackDelayMs);
		const body = JSON.stringify({
			correlation_id: correlationId,
			status: isNegative ? 'ERROR' : 'RECEIVED',
			acknowledgment_id: `sink-${correlationId}`,
		});
		const headers = { 'content-type': 'application/json' };
		try {
			const answer = await request(url, { method: 'POST', headers, body });
			await answer.body.dump();
		} catch {
			// The caller is gone: its deadline deals with the missing acknowledgment.
		}
	}

	private answerStatus(incoming: IncomingMessage, response: ServerResponse): void {
		const id = decodeURIComponent((incoming.url ?? '').split('/').at(-1) ?? '');
		const state = this.states.get(id);
		if (state === undefined) send(response, 404, { error: 'unknown' });
		else send(response, 200, { state, acknowledgment_id: `sink-${id}` });
	}
}

interface SinkAnswer {
	readonly status: number;
	readonly body: unknown;
	readonly headers?: Readonly<Record<string, string>>;
}

function singleAnswer(verdict: SinkVerdict, plan: SinkPlan | undefined): SinkAnswer {
	const status = HTTP_STATUS[verdict];
	if (verdict !== 'RATE_LIMIT') return { status, body: { verdict } };
	return { status, body: { verdict }, headers: { 'retry-after': String(plan?.retryAfterSeconds ?? 1) } };
}

function batchAnswer(verdicts: readonly SinkVerdict[]): SinkAnswer {
	const results = verdicts.map((verdict, index) => ({
		index,
		status: verdict === 'ACCEPT' ? 'ACCEPTED' : verdict === 'REJECT' ? 'REJECTED' : 'RETRY',
		code: String(HTTP_STATUS[verdict]),
	}));
	return { status: 200, body: { results } };
}

function send(
	response: ServerResponse,
	status: number,
	body: unknown,
	headers: Readonly<Record<string, string>> = {},
): void {
	if (response.destroyed) return;
	response.writeHead(status, { 'content-type': 'application/json', ...headers });
	response.end(JSON.stringify(body));
}
