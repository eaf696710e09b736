import { openStore, StoreError, type StoreOptions, type TelemetryStore } from '@pipeline/telemetry-store';

/** What a later try can cure: the store is away, or another process has not let go of it yet. */
const PASSING = new Set(['STORE_UNAVAILABLE', 'QUERY_TIMEOUT']);
const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 30_000;

export interface StoreConnectionOptions {
	readonly store: StoreOptions;
	/** Told why it is not open, once for every try. */
	readonly onAway?: (error: StoreError) => void;
	/** For tests. */
	readonly open?: (options: StoreOptions) => Promise<TelemetryStore>;
}

/** Opens the store, and goes on trying while it is away: requests are answered meanwhile, if only with what is wrong. */
export class StoreConnection {
	readonly #options: StoreConnectionOptions;
	readonly #open: (options: StoreOptions) => Promise<TelemetryStore>;
	#store: TelemetryStore | undefined;
	#trying: Promise<void> | undefined;
	#timer: NodeJS.Timeout | undefined;
	#isClosed = false;

	private constructor(options: StoreConnectionOptions) {
		this.#options = options;
		this.#open = options.open ?? openStore;
	}

	/** @throws StoreError what no later try can cure, `STORE_LOCKED` for example */
	static async open(options: StoreConnectionOptions): Promise<StoreConnection> {
		const connection = new StoreConnection(options);
		await connection.#try(FIRST_WAIT_MS);
		return connection;
	}

	/** @throws StoreError `STORE_UNAVAILABLE` */
	get store(): TelemetryStore {
		if (this.#store !== undefined && !this.#isClosed) return this.#store;
		throw new StoreError('STORE_UNAVAILABLE', 'The store cannot be reached yet.');
	}

	get isOpen(): boolean {
		return this.#store !== undefined && !this.#isClosed;
	}

	/** Flushes and closes what is open. */
	async close(): Promise<void> {
		this.#isClosed = true;
		clearTimeout(this.#timer);
		await this.#trying;
		await this.#store?.close();
	}

	async #try(waitMs: number): Promise<void> {
		try {
			this.#store = await this.#open(this.#options.store);
		} catch (error) {
			if (!(error instanceof StoreError) || !PASSING.has(error.code)) throw error;
			this.#options.onAway?.(error);
			if (this.#isClosed) return;
			this.#timer = setTimeout(() => this.#tryLater(Math.min(2 * waitMs, MAX_WAIT_MS)), waitMs).unref();
		}
	}

	/** What cannot be cured shows in every request from then on. */
	#tryLater(waitMs: number): void {
		this.#trying = this.#try(waitMs).catch((error: unknown) => {
			if (error instanceof StoreError) this.#options.onAway?.(error);
		});
	}
}
