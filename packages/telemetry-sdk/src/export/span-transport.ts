import { context, createContextKey } from '@opentelemetry/api';
import type { EncodedSpans } from '../encoding/trace-request.ts';
import type { RetrySettings } from '../settings/settings.ts';
import type { Connections } from './connections.ts';
import { type ExportResult, exportWithin } from './export-within.ts';
import { type OtlpDestination, timeoutMsOf } from './otlp-destination.ts';
import { createSpanDelegate } from './span-delegate.ts';

/** Why spans that were to be exported were not. */
export type SpanLossReason = 'QUEUE_FULL' | 'EXPORT_FAILED' | 'REJECTED' | 'SHUTDOWN';

/** One request that ended. */
export interface SpanExportAttempt {
	/** By `performance.now()`. */
	readonly startedMs: number;
	readonly items: number;
	readonly bytes: number;
	/** Absent: it was accepted. */
	readonly error?: unknown;
	/** It will be sent again. */
	readonly isRetried: boolean;
}

export interface SpanTransportOptions extends OtlpDestination {
	/** Bytes that wait or are being sent; a request that finds no room is lost. @default 33554432 */
	readonly maxQueueBytes?: number | undefined;
	/** How a request that failed over gRPC is sent again; waits are varied by a fifth. @default 1 s, twice as long each time up to 30 s, 5 attempts */
	readonly retry?: RetrySettings | undefined;
	/** Knows the connections of HTTP. */
	readonly connections?: Connections | undefined;
	/** Told of all spans that are lost, once for each. */
	readonly onLost?: ((reason: SpanLossReason, spans: number) => void) | undefined;
	/** Told of each request that ended. */
	readonly onAttempt?: ((attempt: SpanExportAttempt) => void) | undefined;
}

const SUPPRESS_TRACING = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
const SUCCESS = 0;
const RETRY: RetrySettings = { initialMs: 1_000, factor: 2, maxMs: 30_000, attempts: 5 };
const JITTER = 0.2;
/** gRPC: CANCELLED, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, OUT_OF_RANGE, UNAVAILABLE, DATA_LOSS. */
const RETRYABLE: ReadonlySet<unknown> = new Set([1, 4, 8, 10, 11, 14, 15]);

/**
 * Sends encoded spans, one request after the other. `send` neither blocks nor throws; what cannot be sent is counted. HTTP's retries are
 * those of OpenTelemetry's exporter; its gRPC exporter has none, so they are made here, in the same way.
 */
export class SpanTransport {
	readonly #options: SpanTransportOptions;
	readonly #delegate: ReturnType<typeof createSpanDelegate>;
	readonly #maxQueueBytes: number;
	readonly #timeoutMs: number;
	readonly #queue: EncodedSpans[] = [];
	readonly #waiting = new Set<() => void>();
	#queuedBytes = 0;
	#sending: EncodedSpans | undefined;
	#retry: NodeJS.Timeout | undefined;
	#isShutDown = false;

	/** @throws Error for a destination that is none */
	constructor(options: SpanTransportOptions = {}) {
		this.#options = options;
		this.#maxQueueBytes = options.maxQueueBytes ?? 33_554_432;
		this.#timeoutMs = options.timeoutMs ?? timeoutMsOf('TRACES');
		this.#delegate = createSpanDelegate(options, (spans) => this.#lose('REJECTED', spans), options.connections);
	}

	/** Bytes that wait or are being sent. */
	get queuedBytes(): number {
		return this.#queuedBytes;
	}

	/** Spans that wait or are being sent. */
	get queuedSpans(): number {
		return this.#queue.reduce((sum, { spans }) => sum + spans, this.#sending?.spans ?? 0);
	}

	/** Sends a request when those before it are gone. */
	send(request: EncodedSpans): void {
		if (this.#isShutDown) this.#lose('SHUTDOWN', request.spans);
		else if (this.#queuedBytes + request.bytes.length > this.#maxQueueBytes) this.#lose('QUEUE_FULL', request.spans);
		else {
			this.#queue.push(request);
			this.#queuedBytes += request.bytes.length;
			this.#next();
		}
	}

	/** @returns whether everything was sent (or lost) within the time */
	async forceFlush(timeoutMs: number): Promise<boolean> {
		if (this.#queuedBytes === 0) return true;
		return new Promise((resolve) => {
			const done = () => {
				clearTimeout(timer);
				this.#waiting.delete(done);
				resolve(true);
			};
			const timer = setTimeout(() => {
				this.#waiting.delete(done);
				resolve(false);
			}, timeoutMs);
			this.#waiting.add(done);
		});
	}

	/** Sends what it can within the time; the rest is lost. Later requests are, too. */
	async shutdown(timeoutMs: number): Promise<void> {
		if (this.#isShutDown) return;
		this.#isShutDown = true;
		await this.forceFlush(timeoutMs);
		clearTimeout(this.#retry);
		const unsent = this.#sending === undefined ? this.#queue : [this.#sending, ...this.#queue];
		const spans = unsent.reduce((sum, request) => sum + request.spans, 0);
		if (spans > 0) this.#lose('SHUTDOWN', spans);
		this.#queue.length = 0;
		this.#queuedBytes = 0;
		this.#sending = undefined;
		this.#wake();
		// Not waited for: it would wait for a receiver that does not answer.
		this.#delegate.shutdown().catch(() => {});
	}

	#next(): void {
		if (this.#sending !== undefined) return;
		const request = this.#queue.shift();
		if (request === undefined) {
			this.#wake();
			return;
		}
		this.#sending = request;
		this.#attempt(request, 1, performance.now() + this.#timeoutMs);
	}

	#attempt(request: EncodedSpans, attempt: number, deadline: number): void {
		const startedMs = performance.now();
		const ended = (result: ExportResult) => this.#ended(request, attempt, startedMs, deadline, result);
		// The exporter's own calls are not to be traced.
		context.with(context.active().setValue(SUPPRESS_TRACING, true), () =>
			exportWithin(this.#delegate, request, this.#timeoutMs, ended),
		);
	}

	#ended(
		request: EncodedSpans,
		attempt: number,
		startedMs: number,
		deadline: number,
		{ code, error = { code } as unknown as Error }: ExportResult,
	): void {
		// After a shutdown that did not wait for it.
		if (this.#sending !== request) return;
		const isRetried = code !== SUCCESS && this.#retryLater(request, attempt, deadline, error);
		const { spans: items, bytes } = request;
		const told = { startedMs, items, bytes: bytes.length, isRetried };
		this.#report(() => this.#options.onAttempt?.(code === SUCCESS ? told : { ...told, error }));
		if (isRetried) return;
		this.#sending = undefined;
		this.#queuedBytes -= request.bytes.length;
		if (code !== SUCCESS) this.#lose('EXPORT_FAILED', items);
		// Not at once: a thousand requests that fail at once would be a thousand calls deep.
		queueMicrotask(() => this.#next());
	}

	/** Over gRPC only: errors of HTTP that are worth it have been tried again already, and have no such number. */
	#retryLater(request: EncodedSpans, attempt: number, deadline: number, error: Error | undefined): boolean {
		const { initialMs, factor, maxMs, attempts } = this.#options.retry ?? RETRY;
		if (attempt >= attempts || !RETRYABLE.has((error as { code?: unknown } | undefined)?.code)) return false;
		const delay = Math.min(initialMs * factor ** (attempt - 1), maxMs) * (1 + (Math.random() * 2 - 1) * JITTER);
		if (performance.now() + delay > deadline) return false;
		this.#retry = setTimeout(() => this.#attempt(request, attempt + 1, deadline), delay);
		return true;
	}

	#wake(): void {
		for (const done of [...this.#waiting]) done();
	}

	#lose(reason: SpanLossReason, spans: number): void {
		this.#report(() => this.#options.onLost?.(reason, spans));
	}

	/** Whoever counts does not stop the export. */
	#report(tell: () => void): void {
		try {
			tell();
		} catch {
			// There is nobody left to tell.
		}
	}
}
