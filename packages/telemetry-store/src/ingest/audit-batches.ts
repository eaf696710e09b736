import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreDatabase } from '../connection/store-database.ts';
import { edgeRows } from '../lineage/edge-row.ts';
import { IngestError } from './ingest-error.ts';
import type { LedgerEntry } from './request-reader.ts';

const ATTEMPTS = 4;
const FIRST_DELAY_MS = 50;
const BUSY_RETRY_MS = 2_000;

/** What ingest needs of the audit ledger. */
export interface Ledger {
	/** Resolves when the entries are stored and sealed. Entries that are there already do no harm. */
	append(entries: readonly LedgerEntry[]): Promise<{ readonly stored: number; readonly duplicates: number }>;
}

/** Entries of one request. */
export interface LedgerPart {
	readonly rows: number;
	readonly entries: readonly LedgerEntry[];
}

export interface StoreEntriesOptions {
	readonly database: Pick<StoreDatabase, 'insert'>;
	readonly ledger: Ledger;
	readonly onDuplicates: (count: number) => void;
	readonly onError: (error: unknown) => void;
}

/**
 * Stores audit entries, and the steps of lineage that they tell before them: an entry that is here for good never lacks its steps. When the
 * entries cannot be stored after that, their sender sends them again, and the steps are there twice if the batch is another one by then; whoever
 * reads steps takes each (step, parent, child) once. Nothing of it goes to the overflow folder: until the ledger has the entries, the sender keeps them.
 *
 * @throws IngestError `INGEST_BUSY`
 */
export async function storeEntries(
	parts: readonly LedgerPart[],
	{ database, ledger, onDuplicates, onError }: StoreEntriesOptions,
): Promise<void> {
	const entries = parts.flatMap((part) => part.entries);
	const steps = edgeLines(entries);
	const token = createHash('sha256').update(steps).digest('hex');
	for (let attempt = 1, delayMs = FIRST_DELAY_MS; ; attempt++, delayMs *= 2) {
		try {
			await database.insert('lineage_edges', steps, token);
			const { duplicates } = await ledger.append(entries);
			return onDuplicates(duplicates);
		} catch (cause) {
			onError(cause);
			if (attempt === ATTEMPTS) {
				throw new IngestError('INGEST_BUSY', 'The audit ledger cannot be reached.', BUSY_RETRY_MS, { cause });
			}
		}
		await sleep(delayMs * (0.5 + Math.random()));
	}
}

function edgeLines(entries: readonly LedgerEntry[]): Uint8Array {
	const lines = entries.flatMap(({ event }) => edgeRows(event).map((row) => `${JSON.stringify(row)}\n`));
	return Buffer.from(lines.join(''));
}
