import { EventLogEncoder } from '../encoding/event-log-encoder.ts';
import type { TraceResource } from '../encoding/trace-request.ts';
import { createLogDelegate } from '../export/log-delegate.ts';
import type { OtlpSpanDestination } from '../export/span-delegate.ts';
import type { Redaction } from '../redaction/redaction.ts';
import { expandGroup } from './expand-group.ts';
import { readShipped, writeShipped } from './shipped-file.ts';
import { type ReadGroup, SpoolCursor, type SpoolPosition } from './spool-cursor.ts';

const FULL_BYTES = 1_048_576;
const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;
const JITTER = 0.2;

export interface SpoolShipperOptions {
	readonly directory: string;
	readonly producerId: string;
	readonly destination: OtlpSpanDestination;
	readonly resource: TraceResource;
	readonly redaction: Redaction;
	/** Number of the newest entry that may be read. */
	readonly durableSeq: () => number;
	/** Told when entries were accepted; `isAll`: nothing is left for now. */
	readonly onShipped: (position: SpoolPosition, isAll: boolean) => void;
	readonly onFailure: (message: string | undefined) => void;
	/** Entries that could not be read, and records that the endpoint refused for good. */
	readonly onLost: (reason: 'UNREADABLE' | 'REJECTED', count: number) => void;
}

/**
 * Sends a producer's entries as OTLP log records, at least once and in order: how far they were accepted is noted on disk, and what was sent
 * again has the same ids. An endpoint that is away is tried again for as long as it takes; the spool keeps what waits.
 */
export class SpoolShipper {
	readonly #options: SpoolShipperOptions;
	readonly #delegate: ReturnType<typeof createLogDelegate>;
	readonly #encoder: EventLogEncoder;
	#cursor: SpoolCursor | undefined;
	#scopes: ReadGroup['definitions'] | undefined;
	#previousSeq = 0;
	/** Number of the newest entry that was accepted; -1 before it is known. */
	#acceptedSeq = -1;
	#running: Promise<void> | undefined;
	#isWanted = false;
	#isStopped = false;
	#wake: (() => void) | undefined;

	constructor(options: SpoolShipperOptions) {
		this.#options = options;
		const { producerId, destination, resource, redaction } = options;
		this.#delegate = createLogDelegate(destination, (records) => options.onLost('REJECTED', records));
		this.#encoder = new EventLogEncoder({
			resource,
			redaction,
			producerId,
			scopeOf: (base) => this.#scopes?.scopeOf(base) ?? { name: '@pipeline/telemetry-core', version: '' },
		});
	}

	/** There may be something to send. @returns resolves when it is sent, or cannot be read */
	kick(): Promise<void> {
		this.#isWanted = true;
		this.#running ??= this.#run().finally(() => {
			this.#running = undefined;
			if (this.#isWanted && !this.#isStopped) void this.kick();
		});
		return this.#running;
	}

	/** Sends what is durable now. @returns whether it was accepted within the time */
	async flush(timeoutMs: number): Promise<boolean> {
		const target = this.#options.durableSeq();
		const deadline = performance.now() + timeoutMs;
		while (!this.#isStopped && performance.now() < deadline) {
			if (this.#acceptedSeq >= target) return true;
			void this.kick();
			const { promise: over, resolve } = Promise.withResolvers<void>();
			const timer = setTimeout(resolve, Math.max(0, deadline - performance.now()));
			await Promise.race([this.#running, over]);
			clearTimeout(timer);
		}
		return this.#acceptedSeq >= target;
	}

	async stop(): Promise<void> {
		this.#isStopped = true;
		this.#wake?.();
		this.#delegate.shutdown().catch(() => {});
		await this.#cursor?.close();
	}

	async #run(): Promise<void> {
		while (this.#isWanted && !this.#isStopped) {
			this.#isWanted = false;
			try {
				await this.#sendAll();
			} catch (error) {
				this.#options.onFailure(`entries cannot be read: ${error instanceof Error ? error.message : String(error)}`);
				await this.#cursor?.close();
				this.#cursor = undefined;
				await this.#pause(MAX_RETRY_MS);
			}
		}
	}

	async #sendAll(): Promise<void> {
		const { directory, durableSeq, onShipped } = this.#options;
		this.#cursor ??= await this.#resume(directory);
		while (!this.#isStopped) {
			const isMore = await this.#fill(this.#cursor, durableSeq());
			const request = this.#encoder.take();
			if (request !== undefined && !(await this.#send(request))) return;
			await writeShipped(directory, this.#cursor.position);
			this.#acceptedSeq = this.#cursor.position.seq;
			onShipped(this.#cursor.position, !isMore);
			if (!isMore) return;
		}
	}

	async #resume(directory: string): Promise<SpoolCursor> {
		const position = await readShipped(directory);
		this.#previousSeq = position.seq;
		return new SpoolCursor(directory, position);
	}

	/** Encodes groups until there is enough for a request. @returns whether there may be more */
	async #fill(cursor: SpoolCursor, last: number): Promise<boolean> {
		while (this.#encoder.pendingBytes < FULL_BYTES) {
			const read = await cursor.next(last);
			if (read === undefined) return false;
			this.#encode(read);
		}
		return true;
	}

	#encode(read: ReadGroup): void {
		const { onLost } = this.#options;
		this.#scopes = read.definitions;
		let current = this.#previousSeq;
		const unreadable = expandGroup(read, this.#encoder, (seq) => {
			if (this.#encoder.written > 0) this.#previousSeq = current;
			current = seq;
			this.#encoder.begin({ seq, previous: this.#previousSeq });
		});
		if (this.#encoder.written > 0) this.#previousSeq = current;
		if (unreadable > 0) onLost('UNREADABLE', unreadable);
	}

	/** Tries until it is accepted. @returns false when it is to stop before that */
	async #send(request: NonNullable<ReturnType<EventLogEncoder['take']>>): Promise<boolean> {
		for (let delay = FIRST_RETRY_MS; !this.#isStopped; delay = Math.min(delay * 2, MAX_RETRY_MS)) {
			const error = await this.#attempt(request);
			this.#options.onFailure(error?.message);
			if (error === undefined) return true;
			await this.#pause(delay * (1 + (Math.random() * 2 - 1) * JITTER));
		}
		return false;
	}

	#attempt(request: NonNullable<ReturnType<EventLogEncoder['take']>>): Promise<Error | undefined> {
		return new Promise((resolve) => {
			this.#delegate.export(request, ({ code, error }) =>
				resolve(code === 0 ? undefined : (error ?? new Error('the endpoint did not accept the entries'))),
			);
		});
	}

	#pause(delayMs: number): Promise<void> {
		return new Promise((resolve) => {
			const timer = setTimeout(done, delayMs);
			function done() {
				clearTimeout(timer);
				resolve();
			}
			this.#wake = done;
		});
	}
}
