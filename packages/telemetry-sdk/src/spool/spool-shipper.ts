import { type EncodedLogs, EventLogEncoder } from '../encoding/event-log-encoder.ts';
import type { SpoolPlace } from '../encoding/log-record-frame.ts';
import type { TraceResource } from '../encoding/trace-request.ts';
import { exportWithin } from '../export/export-within.ts';
import { createLogDelegate } from '../export/log-delegate.ts';
import { type OtlpDestination, timeoutMsOf } from '../export/otlp-destination.ts';
import { isRefusal } from '../export/refusal.ts';
import type { Redaction } from '../redaction/redaction.ts';
import { type EntrySink, expandGroup } from './expand-group.ts';
import type { RecentGroups } from './recent-groups.ts';
import { writeRefused } from './refused-file.ts';
import { readShipped, writeShipped } from './shipped-file.ts';
import { type ReadGroup, SpoolCursor, type SpoolPosition } from './spool-cursor.ts';

/** With the group that fills it, less than the 4 MiB that receivers of gRPC take. */
const FULL_BYTES = 1_000_000;
const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;
const JITTER = 0.2;
/** An endpoint that refuses so many entries one after the other may be wrong itself: further ones are tried until waits are at their longest. */
const MAX_REFUSED_IN_ROW = 8;

export interface SpoolShipperOptions {
	readonly directory: string;
	readonly producerId: string;
	readonly destination: OtlpDestination;
	readonly resource: TraceResource;
	readonly redaction: Redaction;
	/** Groups that need not be read from disk. */
	readonly recent?: RecentGroups | undefined;
	/** How often it is noted on disk how far entries were accepted, in milliseconds; more often when someone waits for it. @default 0: whenever some were */
	readonly noteEveryMs?: number;
	/** Number of the newest entry that may be read. */
	readonly durableSeq: () => number;
	/** Told when it was noted that entries were accepted; `isAll`: nothing is left for now. */
	readonly onShipped: (position: SpoolPosition, isAll: boolean) => void;
	readonly onFailure: (message: string | undefined) => void;
	/** Entries that could not be read, and log records that the endpoint refused for good. */
	readonly onLost: (reason: 'UNREADABLE' | 'REJECTED', count: number) => void;
}

/**
 * Sends a producer's entries as OTLP log records, at least once and in order: how far they were accepted is noted on disk, and what was sent
 * again has the same ids. An endpoint that is away is tried again for as long as it takes; the spool keeps what waits. A request that is refused
 * for good is sent by halves, until the entry is found that is to blame: it is put aside, the others arrive.
 */
export class SpoolShipper {
	readonly #options: SpoolShipperOptions;
	readonly #delegate: ReturnType<typeof createLogDelegate>;
	readonly #encoder: EventLogEncoder;
	#cursor: SpoolCursor | undefined;
	#scopes: ReadGroup['definitions'] | undefined;
	/** Of the request that is being filled or sent. */
	readonly #groups: ReadGroup[] = [];
	/** Entries in it. */
	readonly #places: SpoolPlace[] = [];
	#refusedInRow = 0;
	#previousSeq = 0;
	/** Number of the newest entry of which it was noted that it was accepted; -1 before it is known. */
	#notedSeq = -1;
	#notedMs = Number.NEGATIVE_INFINITY;
	#flushes = 0;
	#later: NodeJS.Timeout | undefined;
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

	/** Sends what is durable now. @returns whether it was accepted, and that was noted, within the time */
	async flush(timeoutMs: number): Promise<boolean> {
		const target = this.#options.durableSeq();
		const deadline = performance.now() + timeoutMs;
		this.#flushes++;
		while (!this.#isStopped && performance.now() < deadline && this.#notedSeq < target) {
			void this.kick();
			const { promise: over, resolve } = Promise.withResolvers<void>();
			const timer = setTimeout(resolve, Math.max(0, deadline - performance.now()));
			await Promise.race([this.#running, over]);
			clearTimeout(timer);
		}
		this.#flushes--;
		return this.#notedSeq >= target;
	}

	async stop(): Promise<void> {
		this.#isStopped = true;
		clearTimeout(this.#later);
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
		this.#cursor ??= await this.#resume(this.#options.directory);
		while (!this.#isStopped) {
			const isMore = await this.#fill(this.#cursor);
			const request = this.#encoder.take();
			if (request !== undefined && !(await this.#send(request, this.#places))) return;
			this.#groups.length = 0;
			this.#places.length = 0;
			await this.#note(this.#cursor.position, isMore);
			if (!isMore) return;
		}
	}

	/** Now, or with others later. */
	async #note(position: SpoolPosition, isMore: boolean): Promise<void> {
		const { directory, onShipped, noteEveryMs = 0 } = this.#options;
		const wait = this.#notedMs + noteEveryMs - performance.now();
		if (wait > 0 && this.#flushes === 0) {
			this.#later ??= setTimeout(() => {
				this.#later = undefined;
				void this.kick();
			}, wait).unref();
			return;
		}
		clearTimeout(this.#later);
		this.#later = undefined;
		await writeShipped(directory, position);
		this.#notedMs = performance.now();
		this.#notedSeq = position.seq;
		onShipped(position, !isMore);
	}

	async #resume(directory: string): Promise<SpoolCursor> {
		const position = await readShipped(directory);
		// What a failure has left.
		this.#encoder.take();
		this.#groups.length = 0;
		this.#places.length = 0;
		this.#previousSeq = position.seq;
		return new SpoolCursor(directory, position, this.#options.recent);
	}

	/** Encodes groups until there is enough for a request. @returns whether there may be more */
	async #fill(cursor: SpoolCursor): Promise<boolean> {
		while (this.#encoder.pendingBytes < FULL_BYTES) {
			const { seq } = cursor.position;
			const read = await cursor.next(this.#options.durableSeq());
			if (read === undefined) return false;
			this.#countMissing(seq, read);
			this.#encode(read);
		}
		return true;
	}

	/** Entries that were on disk, and that somebody has removed. */
	#countMissing(previous: number, { group }: ReadGroup): void {
		const missing = group.firstSeq - 1 - previous;
		// A producer's first segments are gone when what they held was sent.
		if (previous > 0 && missing > 0 && group.isIntact) this.#options.onLost('UNREADABLE', missing);
	}

	#encode(read: ReadGroup): void {
		const { onLost } = this.#options;
		this.#scopes = read.definitions;
		const before = this.#places.length;
		let place: SpoolPlace | undefined;
		const endEntry = () => {
			if (place === undefined || this.#encoder.written === 0) return;
			this.#places.push(place);
			this.#previousSeq = place.seq;
		};
		const unreadable = expandGroup(read, this.#encoder, (seq) => {
			endEntry();
			place = { seq, previous: this.#previousSeq };
			this.#encoder.begin(place);
		});
		endEntry();
		if (this.#places.length > before) this.#groups.push(read);
		if (unreadable > 0) onLost('UNREADABLE', unreadable);
	}

	/** A part of the request's entries as a request of its own. */
	#encodeAgain(places: readonly SpoolPlace[]): EncodedLogs | undefined {
		const wanted = new Map(places.map((place) => [place.seq, place]));
		for (const read of this.#groups) {
			this.#scopes = read.definitions;
			let place: SpoolPlace | undefined;
			const sink: EntrySink = {
				emit: (event, detail) => {
					if (place !== undefined) this.#encoder.emit(event, detail);
				},
				journal: (words, at, context) => {
					if (place !== undefined) this.#encoder.journal(words, at, context);
				},
			};
			expandGroup(read, sink, (seq) => {
				place = wanted.get(seq);
				if (place !== undefined) this.#encoder.begin(place);
			});
		}
		return this.#encoder.take();
	}

	/** Tries until it is accepted, or put aside. @returns false when it is to stop before that */
	async #send(request: EncodedLogs, places: readonly SpoolPlace[]): Promise<boolean> {
		for (let delay = FIRST_RETRY_MS; !this.#isStopped; delay = Math.min(delay * 2, MAX_RETRY_MS)) {
			const error = await this.#attempt(request);
			this.#options.onFailure(error?.message);
			if (error === undefined) {
				this.#refusedInRow = 0;
				// An attempt that was given up may be read from still.
				if (delay === FIRST_RETRY_MS) this.#encoder.recycle(request);
				return true;
			}
			if (isRefusal(error)) {
				if (places.length > 1) return this.#sendHalves(places);
				if (this.#refusedInRow < MAX_REFUSED_IN_ROW || delay === MAX_RETRY_MS) {
					await this.#putAside(request, places, error);
					return true;
				}
			}
			await this.#pause(delay * (1 + (Math.random() * 2 - 1) * JITTER));
		}
		return false;
	}

	async #sendHalves(places: readonly SpoolPlace[]): Promise<boolean> {
		const middle = places.length >> 1;
		for (const half of [places.slice(0, middle), places.slice(middle)]) {
			const request = this.#encodeAgain(half);
			if (request !== undefined && !(await this.#send(request, half))) return false;
		}
		return true;
	}

	async #putAside(request: EncodedLogs, [place]: readonly SpoolPlace[], error: Error): Promise<void> {
		const { directory, onFailure, onLost } = this.#options;
		const { code } = error as { readonly code?: unknown };
		this.#refusedInRow++;
		await writeRefused(directory, { seq: place?.seq ?? 0, reason: `${String(code)} ${error.message}`, request });
		onLost('REJECTED', request.records);
		onFailure(undefined);
	}

	#attempt(request: EncodedLogs): Promise<Error | undefined> {
		const { timeoutMs = timeoutMsOf('LOGS') } = this.#options.destination;
		return new Promise((resolve) => {
			exportWithin(this.#delegate, request, timeoutMs, ({ code, error }) =>
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
