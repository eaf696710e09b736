import { Batches } from './batches.ts';
import { Overflow } from './overflow.ts';
import { batchOf, type TableRows } from './row-lines.ts';
import { RowStore, type RowStoreOptions } from './row-store.ts';

/** Tables that rows go to; those of the ledger are its own. */
const TABLES: ReadonlySet<string> = new Set([
	...['otel_traces', 'otel_logs', 'telemetry_events'],
	...['gauge', 'sum', 'histogram', 'exponential_histogram', 'summary'].map((kind) => `otel_metrics_${kind}`),
]);

export interface TableBatchesOptions extends Omit<RowStoreOptions, 'overflow'> {
	readonly maxRows: number;
	readonly maxDelayMs: number;
	readonly overflowPath: string | undefined;
	readonly maxOverflowBytes: number | undefined;
	readonly onStored: () => void;
}

/** Batches of rows for each table. The tables take turns: none of them waits for more than one batch of each other. */
export class TableBatches {
	readonly overflow: Overflow | undefined;
	readonly #options: TableBatchesOptions;
	readonly #tables = new Map<string, Batches<TableRows>>();
	readonly #store: Promise<RowStore>;

	constructor(options: TableBatchesOptions) {
		const { overflowPath: path, maxOverflowBytes: maxBytes } = options;
		this.#options = options;
		if (path !== undefined) this.overflow = new Overflow({ path, maxBytes, isTable: (name) => TABLES.has(name) });
		this.#store = this.#open();
		// Whoever stores something is told.
		this.#store.catch(() => {});
	}

	/** Resolves when the rows are in the store, or on disk on their way to it. @throws IngestError */
	add(part: TableRows): Promise<void> {
		let batches = this.#tables.get(part.table);
		if (batches === undefined) {
			const { maxRows, maxDelayMs } = this.#options;
			batches = new Batches({ maxRows, maxDelayMs, store: (parts) => this.#insert(part.table, parts) });
			this.#tables.set(part.table, batches);
		}
		return batches.add(part);
	}

	async flush(): Promise<void> {
		await Promise.all([...this.#tables.values()].map((batches) => batches.flush()));
	}

	/** From now on a batch is tried once. */
	stopRetries(): void {
		void this.#store.then(
			(store) => store.stopRetries(),
			() => {},
		);
	}

	async close(): Promise<void> {
		const store = await this.#store.catch(() => undefined);
		await store?.close();
	}

	async #open(): Promise<RowStore> {
		await this.overflow?.open();
		return new RowStore({ ...this.#options, overflow: this.overflow });
	}

	async #insert(table: string, parts: readonly TableRows[]): Promise<void> {
		const store = await this.#store;
		await store.store(
			batchOf(
				table,
				parts.flatMap(({ chunks }) => chunks),
			),
		);
		this.#options.onStored();
	}
}
