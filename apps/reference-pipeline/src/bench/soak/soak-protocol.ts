import type { HeldMemory } from '../held-memory.ts';

/** Memory of the process under test, in bytes. */
export interface MemorySample extends HeldMemory {
	/** Since the process began. */
	readonly seconds: number;
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
	/** The most that was ever resident, garbage included. */
	readonly peakResidentMb: number;
	/** Whether `forceFlush` kept to its time whenever it was called. */
	readonly isFlushedInTime: boolean;
}

export type SubjectMessage =
	| ({ readonly kind: 'sample' } & MemorySample)
	| ({ readonly kind: 'report' } & SubjectReport);

/** What the stand-in of a collector notes, in its folder: it survives that it is killed. */
export const NOTES = { events: 'events.txt', metrics: 'metrics.json', spans: 'spans.txt' } as const;
