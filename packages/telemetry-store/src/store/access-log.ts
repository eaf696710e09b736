import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { StoreError } from '../connection/store-error.ts';
import type { EventOrigin } from '../events/event-row.ts';

interface Entry {
	readonly event: TelemetryEvent;
	readonly origin: EventOrigin;
}

/** What the log needs of the audit ledger. */
export interface AccessLedger {
	append(entries: readonly Entry[]): Promise<unknown>;
}

interface Waiting {
	readonly entry: Entry;
	readonly resolve: () => void;
	readonly reject: (error: unknown) => void;
}

/** Entries that may wait for the store, and those of one more read. Beyond, nothing is read that could not be audited. */
const MAX_LATER = 1_000;
const MAX_BATCH = 1_000;
const RETRY_MS = 5_000;

/**
 * Writes to the audit who read what. Appends are slow beside many reads, so whoever comes while one runs shares the next.
 */
export class AccessLog {
	readonly #ledger: AccessLedger;
	#waiting: Waiting[] = [];
	#later: Entry[] = [];
	#running: Promise<void> | undefined;
	#retry: NodeJS.Timeout | undefined;

	constructor(ledger: AccessLedger) {
		this.#ledger = ledger;
	}

	/** Resolves when the entry is stored and sealed; rejects as the ledger does. */
	record(event: TelemetryEvent): Promise<void> {
		const { promise, resolve, reject } = Promise.withResolvers<void>();
		this.#waiting.push({ entry: entryOf(event), resolve, reject });
		this.#start();
		return promise;
	}

	/**
	 * Takes the entries of a read, that are stored behind its answer: at once, or when the store is back. All or none: a read that is refused
	 * leaves none.
	 *
	 * @throws StoreError `STORE_UNAVAILABLE` when too many wait
	 */
	recordLater(events: readonly TelemetryEvent[]): void {
		if (this.#later.length >= MAX_LATER) {
			throw new StoreError(
				'STORE_UNAVAILABLE',
				'The store is away or slow, and no more reads can be audited meanwhile.',
			);
		}
		this.#later.push(...events.map(entryOf));
		this.#retry ??= setInterval(() => this.#start(), RETRY_MS).unref();
		this.#start();
	}

	/** Waits for what runs, and tries what waits once more. @returns entries that could not be written */
	async close(): Promise<number> {
		clearInterval(this.#retry);
		this.#start();
		await this.#running;
		return this.#later.length;
	}

	#start(): void {
		if (this.#waiting.length + this.#later.length === 0) return;
		this.#running ??= this.#run().finally(() => {
			this.#running = undefined;
		});
	}

	async #run(): Promise<void> {
		do {
			const later = this.#later.slice(0, MAX_BATCH);
			const waiting = this.#waiting.splice(0, MAX_BATCH);
			try {
				await this.#ledger.append([...later, ...waiting.map(({ entry }) => entry)]);
				this.#later.splice(0, later.length);
				for (const { resolve } of waiting) resolve();
			} catch (error) {
				for (const { reject } of waiting) reject(error);
				// What is for later stays so, until the next try.
				if (this.#waiting.length === 0) return;
			}
		} while (this.#waiting.length + this.#later.length > 0);
		clearInterval(this.#retry);
		this.#retry = undefined;
	}
}

function entryOf(event: TelemetryEvent): Entry {
	return { event, origin: { service: 'observatory', receivedAt: event.timestamp } };
}
