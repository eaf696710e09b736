import { exportWithin } from '../export/export-within.ts';
import { createLogDelegate } from '../export/log-delegate.ts';
import { type OtlpDestination, timeoutMsOf } from '../export/otlp-destination.ts';
import { isRefusal } from '../export/refusal.ts';
import { writeRefused } from './refused-file.ts';
import { readShipped, writeShipped } from './shipped-file.ts';
import type { SpoolPosition } from './spool-cursor.ts';
import { type SpoolRequest, SpoolRequests, type SpoolRequestsOptions } from './spool-requests.ts';

/** While the endpoint stores one request, the next one is made and sent. */
const MAX_ON_WAY = 2;
/** After a failure requests go one by one until so many were accepted: an endpoint that is too slow for one is not helped by two. */
const ACCEPTED_BEFORE_MORE = 8;
const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;
const JITTER = 0.2;
/** An endpoint that refuses so many entries one after the other may be wrong itself: further ones are tried until waits are at their longest. */
const MAX_REFUSED_IN_ROW = 8;

export interface SpoolShipperOptions extends Omit<SpoolRequestsOptions, 'onUnreadable'> {
	readonly destination: OtlpDestination;
	/** How often it is noted on disk how far entries were accepted, in milliseconds; more often when someone waits for it. @default 0: whenever some were */
	readonly noteEveryMs?: number;
	/** Number of the newest entry that may be read. */
	readonly durableSeq: () => number;
	/** Told when it was noted that entries were accepted; `isAll`: nothing is left for now. */
	readonly onShipped: (position: SpoolPosition, isAll: boolean) => void;
	readonly onFailure: (message: string | undefined) => void;
	/** Entries that could not be read or were altered, and log records that the endpoint refused for good. */
	readonly onLost: (reason: 'UNREADABLE' | 'REJECTED', count: number) => void;
}

/** A request that was sent. */
interface Sent {
	readonly request: SpoolRequest;
	/** Why it was not accepted; undefined when it was. */
	readonly answer: Promise<Error | undefined>;
	/** Another one was on its way already. */
	readonly isBehind: boolean;
}

/**
 * Sends a producer's entries as OTLP log records, at least once and in order, but for two requests that are on their way at the same time: how far
 * all were accepted is noted on disk, and what was sent again has the same ids. An endpoint that is away is tried again for as long as it takes,
 * with one request; the spool keeps what waits. A request that is refused for good is sent by halves, until the entry is found that is to blame: it
 * is put aside, the others arrive.
 */
export class SpoolShipper {
	readonly #options: SpoolShipperOptions;
	readonly #delegate: ReturnType<typeof createLogDelegate>;
	#requests: SpoolRequests | undefined;
	/** In their order. */
	#sent: Sent[] = [];
	#acceptedInRow = ACCEPTED_BEFORE_MORE;
	#refusedInRow = 0;
	/** Number of the newest entry of which it was noted that it was accepted; -1 before it is known. */
	#notedSeq = -1;
	#notedMs = Number.NEGATIVE_INFINITY;
	/** Numbers of entries that someone waits for. */
	readonly #awaited = new Set<{ readonly seq: number }>();
	#later: NodeJS.Timeout | undefined;
	#running: Promise<void> | undefined;
	#isWanted = false;
	#isStopped = false;
	#wake: (() => void) | undefined;

	constructor(options: SpoolShipperOptions) {
		this.#options = options;
		this.#delegate = createLogDelegate(options.destination, (records) => options.onLost('REJECTED', records));
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
		const target = { seq: this.#options.durableSeq() };
		const deadline = performance.now() + timeoutMs;
		this.#awaited.add(target);
		while (!this.#isStopped && performance.now() < deadline && this.#notedSeq < target.seq) {
			void this.kick();
			const { promise: over, resolve } = Promise.withResolvers<void>();
			const timer = setTimeout(resolve, Math.max(0, deadline - performance.now()));
			await Promise.race([this.#running, over]);
			clearTimeout(timer);
		}
		this.#awaited.delete(target);
		return this.#notedSeq >= target.seq;
	}

	async stop(): Promise<void> {
		this.#isStopped = true;
		clearTimeout(this.#later);
		this.#wake?.();
		this.#delegate.shutdown().catch(() => {});
		await this.#requests?.close();
	}

	async #run(): Promise<void> {
		while (this.#isWanted && !this.#isStopped) {
			this.#isWanted = false;
			try {
				await this.#sendAll();
			} catch (error) {
				this.#options.onFailure(`entries cannot be read: ${error instanceof Error ? error.message : String(error)}`);
				await this.#requests?.close();
				this.#requests = undefined;
				this.#sent = [];
				await this.#pause(MAX_RETRY_MS);
			}
		}
	}

	async #sendAll(): Promise<void> {
		this.#requests ??= await this.#resume();
		const requests = this.#requests;
		let isMore = true;
		while (isMore && !this.#isStopped) {
			isMore = await this.#sendNext(requests);
			while (this.#sent.length > (isMore ? this.#maxOnWay - 1 : 0))
				if (!(await this.#settleOldest(requests, isMore))) return;
		}
		if (!isMore) await this.#note(requests.position, true);
	}

	/** Sends the next request, if there is one. @returns whether there may be more */
	async #sendNext(requests: SpoolRequests): Promise<boolean> {
		let isMore: boolean;
		try {
			isMore = await requests.fill(this.#options.durableSeq);
		} catch (error) {
			// What stands in front of it can be read, and would never be noted.
			while (this.#sent.length > 0 && (await this.#settleOldest(requests, true)));
			throw error;
		}
		const request = requests.take();
		const isBehind = this.#sent.length > 0;
		if (request !== undefined) this.#sent.push({ request, isBehind, answer: this.#attempt(request) });
		return isMore;
	}

	/** Waits until the oldest request was accepted, or put aside. @returns false when it is to stop before that */
	async #settleOldest(requests: SpoolRequests, isMore: boolean): Promise<boolean> {
		const [oldest] = this.#sent;
		if (oldest === undefined || !(await this.#settle(requests, oldest))) return false;
		this.#sent.shift();
		if (isMore || this.#sent.length > 0) await this.#note(oldest.request.position, false);
		return true;
	}

	get #maxOnWay(): number {
		return this.#acceptedInRow < ACCEPTED_BEFORE_MORE ? 1 : MAX_ON_WAY;
	}

	/** Now, or with others later. */
	async #note(position: SpoolPosition, isAll: boolean): Promise<void> {
		const { directory, onShipped, noteEveryMs = 0 } = this.#options;
		const wait = this.#notedMs + noteEveryMs - performance.now();
		if (wait > 0 && !this.#isAwaited(position)) {
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
		onShipped(position, isAll);
	}

	#isAwaited({ seq: reached }: SpoolPosition): boolean {
		for (const { seq } of this.#awaited) if (seq <= reached && seq > this.#notedSeq) return true;
		return false;
	}

	async #resume(): Promise<SpoolRequests> {
		const { onLost, directory } = this.#options;
		const onUnreadable = (count: number) => onLost('UNREADABLE', count);
		return new SpoolRequests({ ...this.#options, onUnreadable }, await readShipped(directory));
	}

	async #settle(requests: SpoolRequests, { request, isBehind, answer }: Sent): Promise<boolean> {
		const error = await answer;
		if (error === undefined) {
			this.#accept();
			requests.recycle(request);
			return true;
		}
		this.#acceptedInRow = 0;
		// What the endpoint said while it had another one may be over: that one has got through since.
		const isOver = isBehind && !this.#isStopped;
		return this.#persist(requests, request, isOver ? await this.#attempt(request) : error);
	}

	/** Tries until it is accepted, or put aside. @param answer to the first attempt. @returns false when it is to stop before that */
	async #persist(requests: SpoolRequests, request: SpoolRequest, answer: Error | undefined): Promise<boolean> {
		let error = answer;
		for (let delay = FIRST_RETRY_MS; ; delay = Math.min(delay * 2, MAX_RETRY_MS)) {
			if (error === undefined) {
				this.#accept();
				return true;
			}
			this.#options.onFailure(error.message);
			if (isRefusal(error)) {
				if (request.places.length > 1) return this.#sendHalves(requests, request);
				if (this.#refusedInRow < MAX_REFUSED_IN_ROW || delay === MAX_RETRY_MS) {
					await this.#putAside(request, error);
					return true;
				}
			}
			await this.#pause(delay * (1 + (Math.random() * 2 - 1) * JITTER));
			if (this.#isStopped) return false;
			error = await this.#attempt(request);
		}
	}

	#accept(): void {
		this.#options.onFailure(undefined);
		this.#refusedInRow = 0;
		this.#acceptedInRow++;
	}

	async #sendHalves(requests: SpoolRequests, request: SpoolRequest): Promise<boolean> {
		const { places } = request;
		const middle = places.length >> 1;
		for (const half of [places.slice(0, middle), places.slice(middle)]) {
			const part = requests.part(request, half);
			if (part !== undefined && !(await this.#persist(requests, part, await this.#attempt(part)))) return false;
		}
		return true;
	}

	async #putAside({ encoded, places: [place] }: SpoolRequest, error: Error): Promise<void> {
		const { directory, onFailure, onLost } = this.#options;
		const { code } = error as { readonly code?: unknown };
		this.#refusedInRow++;
		await writeRefused(directory, {
			seq: place?.seq ?? 0,
			reason: `${String(code)} ${error.message}`,
			request: encoded,
		});
		onLost('REJECTED', encoded.records);
		onFailure(undefined);
	}

	#attempt({ encoded }: SpoolRequest): Promise<Error | undefined> {
		const { timeoutMs = timeoutMsOf('LOGS') } = this.#options.destination;
		return new Promise((resolve) => {
			exportWithin(this.#delegate, encoded, timeoutMs, ({ code, error }) =>
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
