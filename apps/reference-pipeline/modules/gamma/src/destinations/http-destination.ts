import { type AckType, type ComponentHealth, ConfigError, type Runtime } from '@pipeline/model';
import { Agent, type Dispatcher, request } from 'undici';
import * as v from 'valibot';
import { csvHeader } from '../rendering/csv-row.ts';
import type {
	DeliveryCall,
	DeliveryReceipt,
	DeliveryStatus,
	DestinationAdapter,
	DestinationMetrics,
	OutboundRecord,
} from './destination-adapter.ts';
import { httpErrorReceipt } from './http-errors.ts';
import { authenticationHeaders, type HttpDestinationOptions } from './http-options.ts';
import { type HttpAnswer, httpReceipts, jsonOrUndefined } from './http-receipts.ts';
import { readBounded } from './read-bounded.ts';

const StatusAnswer = v.object({
	state: v.picklist(['DELIVERED', 'PENDING', 'FAILED']),
	acknowledgment_id: v.optional(v.string()),
	message: v.optional(v.string()),
});

/** Posts records to an HTTP endpoint, one or many a call. */
export class HttpDestination implements DestinationAdapter {
	readonly options: HttpDestinationOptions;
	readonly ackTypes: readonly AckType[];
	private readonly runtime: Runtime;
	private readonly headers: Readonly<Record<string, string>>;
	private readonly maxResponseBytes: number;
	private dispatcher: Dispatcher | undefined;
	private lastError: string | undefined;
	private readonly metrics = { recordsDelivered: 0, bytesDelivered: 0, callsMade: 0 };

	/** @throws ConfigError when the address is no http or https URL. */
	constructor(options: HttpDestinationOptions, runtime: Runtime) {
		checkUrl('url', options.url);
		if (options.statusUrl !== undefined) checkUrl('statusUrl', options.statusUrl.replace('{correlationId}', 'x'));
		this.options = options;
		this.ackTypes = options.body === 'ARRAY' ? ['SYNC', 'BATCH'] : ['SYNC', 'ASYNC'];
		this.runtime = runtime;
		this.headers = { ...options.headers, ...authenticationHeaders(options.authentication ?? { kind: 'NONE' }) };
		this.maxResponseBytes = options.maxResponseBytes ?? 1_048_576;
		this.dispatcher = options.dispatcher;
	}

	/** Opens the connection pool; connections themselves open on use. */
	async connect(): Promise<void> {
		this.dispatcher ??= new Agent({ keepAliveTimeout: 10_000 });
	}

	async disconnect(): Promise<void> {
		const own = this.options.dispatcher === undefined ? this.dispatcher : undefined;
		this.dispatcher = this.options.dispatcher;
		await own?.close();
	}

	async deliver(batch: readonly OutboundRecord[], call: DeliveryCall): Promise<readonly DeliveryReceipt[]> {
		if (this.options.body === 'ARRAY') return this.post(batch, call, true);
		const posts = batch.map((outbound) => this.post([outbound], call, false));
		return (await Promise.all(posts)).flat();
	}

	/** Asks the status address. An address not set, an unknown id, and an unreadable answer are all UNKNOWN. */
	async getDeliveryStatus(correlationId: string): Promise<DeliveryStatus> {
		const { statusUrl } = this.options;
		if (statusUrl === undefined) return { state: 'UNKNOWN' };
		try {
			const url = statusUrl.replace('{correlationId}', encodeURIComponent(correlationId));
			const answer = await this.call(url, { method: 'GET', headers: this.headers });
			const parsed = v.safeParse(StatusAnswer, jsonOrUndefined(answer.text));
			if (answer.statusCode !== 200 || !parsed.success) return { state: 'UNKNOWN' };
			const { state, acknowledgment_id: acknowledgmentId, message } = parsed.output;
			return {
				state,
				...(acknowledgmentId !== undefined && { acknowledgmentId }),
				...(message !== undefined && { message }),
			};
		} catch {
			return { state: 'UNKNOWN' };
		}
	}

	getMetrics(): DestinationMetrics {
		return { ...this.metrics };
	}

	async healthCheck(): Promise<ComponentHealth> {
		return {
			componentName: `http:${new URL(this.options.url).host}`,
			status: this.lastError === undefined ? 'HEALTHY' : 'UNHEALTHY',
			message: this.lastError ?? 'reachable when last used',
			lastCheck: this.runtime.timestamp(),
		};
	}

	/** Headers of one post. */
	postHeaders(batch: readonly OutboundRecord[], call: DeliveryCall, isBatch: boolean): Record<string, string> {
		const { rendered, attemptId } = batch[0]!;
		const callback = this.options.callbackUrl?.();
		return {
			...this.headers,
			'content-type': `${rendered.contentType}; charset=${rendered.encoding.toLowerCase()}`,
			'x-correlation-id': isBatch ? call.callId : attemptId,
			...(!isBatch && { 'idempotency-key': `${rendered.recordId}:${rendered.contentChecksum.slice(0, 16)}` }),
			...(callback !== undefined && { 'x-callback-url': callback }),
		};
	}

	private async post(
		batch: readonly OutboundRecord[],
		call: DeliveryCall,
		isBatch: boolean,
	): Promise<readonly DeliveryReceipt[]> {
		this.metrics.callsMade += 1;
		const body = isBatch ? this.batchBody(batch) : batch[0]!.rendered.renderedContent;
		try {
			const answer = await this.call(this.options.url, {
				method: 'POST',
				headers: this.postHeaders(batch, call, isBatch),
				body,
				signal: call.signal,
			});
			this.lastError = undefined;
			const receipts = httpReceipts(answer, batch.length, isBatch, this.runtime.now());
			this.count(batch, receipts);
			return receipts;
		} catch (error) {
			const receipt = httpErrorReceipt(error, call.signal);
			this.lastError = receipt.responseMessage;
			return batch.map(() => receipt);
		}
	}

	private batchBody(batch: readonly OutboundRecord[]): Buffer {
		const contents = batch.map(({ rendered }) => rendered.renderedContent);
		const isCsv = batch[0]!.rendered.format === 'CSV';
		if (isCsv) {
			const header = this.options.columns === undefined ? [] : [Buffer.from(csvHeader(this.options.columns))];
			return Buffer.concat([...header, ...contents].flatMap((row) => [row, Buffer.from('\n')]));
		}
		const separated = contents.flatMap((content, index) => (index === 0 ? [content] : [Buffer.from(','), content]));
		return Buffer.concat([Buffer.from('['), ...separated, Buffer.from(']')]);
	}

	private async call(
		url: string,
		options: Pick<Dispatcher.RequestOptions, 'method'> & {
			readonly headers: Readonly<Record<string, string>>;
			readonly body?: Uint8Array;
			readonly signal?: AbortSignal;
		},
	): Promise<HttpAnswer> {
		await this.connect();
		const response = await request(url, { ...options, dispatcher: this.dispatcher! });
		const text = await readBounded(response.body, this.maxResponseBytes);
		return { statusCode: response.statusCode, headers: response.headers, text };
	}

	private count(batch: readonly OutboundRecord[], receipts: readonly DeliveryReceipt[]): void {
		for (const [index, { rendered }] of batch.entries()) {
			if (receipts[index]?.status !== 'SUCCESS') continue;
			this.metrics.recordsDelivered += 1;
			this.metrics.bytesDelivered += rendered.renderedContent.byteLength;
		}
	}
}

function checkUrl(key: string, url: string): void {
	const protocol = URL.canParse(url) ? new URL(url).protocol : '';
	if (protocol !== 'http:' && protocol !== 'https:') throw new ConfigError(`http.${key}`, 'an http or https URL');
}
