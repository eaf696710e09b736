import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Memory of the process under test after a collection of garbage, in bytes. */
export interface MemorySample {
	/** Since the process began. */
	readonly seconds: number;
	readonly rss: number;
	readonly heapUsed: number;
	readonly arrayBuffers: number;
}

/** What the process under test says of itself when everything it had was sent. */
export interface SubjectReport {
	readonly records: number;
	/** The longest that records have been between source and destination. */
	readonly longestBatchMs: number;
	readonly medianBatchMs: number;
	/** Spans that were kept for the endpoint: of records, batches and libraries. */
	readonly keptSpans: number;
	readonly exportedSpans: number;
	/** By reason. */
	readonly lostSpans: Readonly<Record<string, number>>;
	/** Entries of audit that were lost, by reason. */
	readonly lostAudit: Readonly<Record<string, number>>;
	readonly auditEntries: number;
	/** Whether `forceFlush` kept to its time whenever it was called. */
	readonly isFlushedInTime: boolean;
}

export type SubjectMessage =
	| ({ readonly kind: 'sample' } & MemorySample)
	| ({ readonly kind: 'report' } & SubjectReport);

/** What the stand-in of a collector notes, in its folder: it survives that it is killed. */
export const NOTES = { events: 'events.txt', metrics: 'metrics.json', spans: 'spans.txt' } as const;

/** A file that is run as a process of its own: built, it is beside the command; else its source. */
export function processFile(built: URL, source: URL): string {
	return fileURLToPath(existsSync(built) ? built : source);
}
