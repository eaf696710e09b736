import { setTimeout as sleep } from 'node:timers/promises';
import { IngestError } from './ingest-error.ts';
import { type InsertRowsOptions, insertRows, type RowBatch } from './insert-rows.ts';
import type { Overflow } from './overflow.ts';

const FIRST_DELAY_MS = 50;
const MAX_DELAY_MS = 2_000;
const BUSY_RETRY_MS = 2_000;

export interface RowStoreOptions extends InsertRowsOptions {
	readonly overflow?: Overflow | undefined;
	/** How long a batch is tried before it goes to the overflow folder, or back to its senders. */
	readonly maxRetryMs: number;
}

/**
 * Takes batches to the store, or, while it is away, to the overflow folder, from which they follow in order when it is back. A batch is tried
 * again with the same token, so that one that did arrive, unknown to us, is not there twice.
 */
export class RowStore {
	readonly #options: RowStoreOptions;
	readonly #closing = new AbortController();
	#draining: Promise<void> | undefined;

	constructor(options: RowStoreOptions) {
		this.#options = options;
		if ((options.overflow?.batches ?? 0) > 0) this.#drain();
	}

	/** @throws IngestError `INGEST_BUSY` when neither the store nor the folder takes it */
	async store(batch: RowBatch): Promise<void> {
		// What is in the folder is older, and goes first.
		if (this.#draining !== undefined) return await this.#putAside(batch);
		try {
			await this.#insertRepeatedly(batch);
		} catch (cause) {
			await this.#putAside(batch, cause);
		}
	}

	/** From now on a batch is tried once; what is in the folder stays there for the next process. */
	stopRetries(): void {
		this.#closing.abort();
	}

	async close(): Promise<void> {
		this.stopRetries();
		await this.#draining;
	}

	async #insertRepeatedly(batch: RowBatch): Promise<void> {
		const until = performance.now() + this.#options.maxRetryMs;
		for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 2, MAX_DELAY_MS)) {
			try {
				return await insertRows(batch, this.#options);
			} catch (error) {
				const pauseMs = delayMs * (0.5 + Math.random());
				if (performance.now() + pauseMs > until || this.#closing.signal.aborted) throw error;
				await this.#pause(pauseMs);
			}
		}
	}

	async #putAside(batch: RowBatch, cause?: unknown): Promise<void> {
		const isStored = await this.#options.overflow?.put(batch).catch(() => false);
		if (isStored !== true) {
			throw new IngestError('INGEST_BUSY', 'The store cannot be reached.', BUSY_RETRY_MS, { cause });
		}
		if (!this.#closing.signal.aborted) this.#drain();
	}

	/** Ends early when retries are stopped. */
	async #pause(delayMs: number): Promise<void> {
		await sleep(delayMs, undefined, { signal: this.#closing.signal }).catch(() => {});
	}

	#drain(): void {
		this.#draining ??= this.#drainRepeatedly().finally(() => {
			this.#draining = undefined;
			// One may have come between the last look and now.
			if ((this.#options.overflow?.batches ?? 0) > 0 && !this.#closing.signal.aborted) this.#drain();
		});
	}

	async #drainRepeatedly(): Promise<void> {
		const { overflow } = this.#options;
		for (let delayMs = FIRST_DELAY_MS; overflow !== undefined && !this.#closing.signal.aborted; ) {
			try {
				await overflow.drain((batch) => insertRows(batch, this.#options));
				return;
			} catch {
				await this.#pause(delayMs * (0.5 + Math.random()));
				delayMs = Math.min(delayMs * 2, MAX_DELAY_MS);
			}
		}
	}
}
