import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreDatabase } from '../connection/store-database.ts';
import { type StoreError, storeErrorOf } from '../connection/store-error.ts';
import { closed, IngestError } from './ingest-error.ts';
import type { Overflow, RowBatch } from './overflow.ts';

const FIRST_DELAY_MS = 50;
const MAX_DELAY_MS = 2_000;
const BUSY_RETRY_MS = 2_000;

export interface RowStoreOptions {
	readonly database: Pick<StoreDatabase, 'insert'>;
	readonly overflow?: Overflow | undefined;
	/** How long a batch is tried before it goes to the overflow folder, or back to its senders. */
	readonly maxRetryMs: number;
	readonly onInsertError: (error: StoreError) => void;
	/** A row that the store will never take. */
	readonly onRefused: (table: string, row: string) => Promise<void>;
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

	/** @throws IngestError `INGEST_BUSY` when neither the store nor the folder takes it, `INGEST_CLOSED` */
	async store(table: string, rows: Uint8Array): Promise<void> {
		const batch: RowBatch = { table, rows, token: createHash('sha256').update(table).update(rows).digest('hex') };
		// What is in the folder is older, and goes first.
		if (this.#draining !== undefined) return await this.#putAside(batch);
		try {
			await this.#insertRepeatedly(batch);
		} catch (cause) {
			await this.#putAside(batch, cause);
		}
	}

	/** Stops trying. What is in the folder stays there for the next process. */
	async close(): Promise<void> {
		this.#closing.abort();
		await this.#draining;
	}

	async #insertRepeatedly(batch: RowBatch): Promise<void> {
		const until = performance.now() + this.#options.maxRetryMs;
		for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 2, MAX_DELAY_MS)) {
			try {
				return await this.#insert(batch);
			} catch (error) {
				const pauseMs = delayMs * (0.5 + Math.random());
				if (performance.now() + pauseMs > until) throw error;
				await sleep(pauseMs, undefined, { signal: this.#closing.signal });
			}
		}
	}

	/** Rows that the engine cannot read are found by halves and put aside; all others arrive. */
	async #insert({ table, rows, token }: RowBatch): Promise<void> {
		try {
			await this.#options.database.insert(table, rows, token);
		} catch (cause) {
			const error = storeErrorOf(cause);
			this.#options.onInsertError(error);
			if (!isAboutRows(error)) throw error;
			const middle = middleOf(rows);
			if (middle === undefined) return await this.#options.onRefused(table, Buffer.from(rows).toString());
			await this.#insert({ table, rows: rows.subarray(0, middle), token: `${token}0` });
			await this.#insert({ table, rows: rows.subarray(middle), token: `${token}1` });
		}
	}

	async #putAside(batch: RowBatch, cause?: unknown): Promise<void> {
		if (this.#closing.signal.aborted) throw closed();
		const isStored = await this.#options.overflow?.put(batch).catch(() => false);
		if (isStored !== true) {
			throw new IngestError('INGEST_BUSY', 'The store cannot be reached.', BUSY_RETRY_MS, { cause });
		}
		this.#drain();
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
				await overflow.drain((batch) => this.#insert(batch));
				return;
			} catch {
				await sleep(delayMs * (0.5 + Math.random()), undefined, { signal: this.#closing.signal }).catch(() => {});
				delayMs = Math.min(delayMs * 2, MAX_DELAY_MS);
			}
		}
	}
}

/** Numbers of the engine's errors that say that it cannot read a row. */
const ROW_ERRORS = new Set([6, 26, 27, 38, 41, 53, 69, 72, 117, 131, 190, 321, 407, 441, 467, 547, 676]);

function isAboutRows({ code, cause }: StoreError): boolean {
	const { clickhouseCode, code: number } = (cause ?? {}) as {
		readonly clickhouseCode?: unknown;
		readonly code?: unknown;
	};
	return code === 'QUERY_FAILED' && ROW_ERRORS.has(Number(clickhouseCode ?? number));
}

/** Where the second half begins; undefined when there is one row. */
function middleOf(rows: Uint8Array): number | undefined {
	const bytes = Buffer.from(rows.buffer, rows.byteOffset, rows.length);
	const last = bytes.length - 1;
	const before = bytes.lastIndexOf(10, Math.floor(last / 2));
	const line = before >= 0 ? before : bytes.indexOf(10, Math.floor(last / 2));
	return line < 0 || line >= last ? undefined : line + 1;
}
