import { setTimeout as sleep } from 'node:timers/promises';
import type { AppendResult } from '../audit/append-queue.ts';
import type { AuditEntry } from '../audit/audit-row.ts';
import type { ProducerPlace } from '../audit/producer-place.ts';
import { EDGE_COLUMNS } from '../lineage/edge-row.ts';
import { IngestError } from './ingest-error.ts';
import { type InsertRowsOptions, insertRows } from './insert-rows.ts';
import { batchOf, type RowChunk } from './row-lines.ts';

const ATTEMPTS = 4;
const FIRST_DELAY_MS = 50;
const BUSY_RETRY_MS = 2_000;

/** What ingest needs of the audit ledger. */
export interface Ledger {
	/** Resolves when the entries are stored and sealed. Entries that are there already do no harm. */
	append(entries: readonly AuditEntry[]): Promise<AppendResult>;
	/** Entries of these places were refused, and are kept elsewhere: their producer need not keep them. */
	settle(places: readonly ProducerPlace[]): Promise<void>;
}

/** Entries of one request. */
export interface LedgerPart {
	readonly rows: number;
	readonly bytes: number;
	readonly entries: readonly AuditEntry[];
	/** Rows of the steps of lineage that they tell: `EDGE_COLUMNS`. */
	readonly edges: readonly RowChunk[];
}

export interface StoreEntriesOptions extends InsertRowsOptions {
	readonly ledger: Ledger;
	readonly onDuplicates: (count: number) => void;
}

/**
 * Stores audit entries and the steps of lineage that they tell. The steps are first in line, so that an entry that is here lacks none; only when both
 * are here are they acknowledged. When the entries cannot be stored their sender sends them again, and the steps are there twice if the batch is
 * another one by then: whoever reads steps takes each (step, parent, child) once. Nothing of it goes to the overflow folder: until the ledger has
 * the entries, the sender keeps them.
 *
 * @throws IngestError `INGEST_BUSY`
 */
export async function storeEntries(parts: readonly LedgerPart[], options: StoreEntriesOptions): Promise<void> {
	const entries = parts.flatMap((part) => part.entries);
	const edges = batchOf(
		'lineage_edges',
		parts.flatMap((part) => part.edges),
		EDGE_COLUMNS,
	);
	for (let attempt = 1, delayMs = FIRST_DELAY_MS; ; attempt++, delayMs *= 2) {
		const steps = insertRows(edges, options);
		const [stored, appended] = await Promise.allSettled([steps, options.ledger.append(entries)]);
		if (stored.status === 'fulfilled' && appended.status === 'fulfilled') {
			options.onDuplicates(appended.value.duplicates);
			return;
		}
		if (attempt === ATTEMPTS) {
			const cause: unknown = appended.status === 'rejected' ? appended.reason : undefined;
			throw new IngestError('INGEST_BUSY', 'The audit ledger cannot be reached.', BUSY_RETRY_MS, { cause });
		}
		await sleep(delayMs * (0.5 + Math.random()));
	}
}
