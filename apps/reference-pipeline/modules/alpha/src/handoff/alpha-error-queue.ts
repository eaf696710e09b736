import {
	type Carrier,
	ErrorQueue,
	type ErrorQueueOptions,
	JOURNAL,
	type QueueEntry,
	STAGE,
	type TraceFields,
	traceFieldsOf,
} from '@pipeline/model';

export type AlphaQueue = 'PARSE' | 'VALIDATION' | 'CRITICAL';

export interface FailedItem {
	readonly queue: AlphaQueue;
	readonly item: Carrier & TraceFields & { readonly lineageId: string };
	readonly errorCode: string;
	readonly errorMessage: string;
	readonly recordId?: string | undefined;
	readonly batchId?: string | undefined;
	readonly sourceId?: string | undefined;
	readonly failureSeverity?: string | undefined;
	readonly retentionHours: number;
	/** How often it was replayed before. @default 0 */
	readonly replayCount?: number | undefined;
}

const HOUR_MS = 3_600_000;

/** Failed records of ingestion: PARSE, VALIDATION and CRITICAL in one queue, told apart by their entries. */
export class AlphaErrorQueue extends ErrorQueue {
	constructor(options: ErrorQueueOptions) {
		super(options);
	}

	/** The queue entry of a failed item. */
	entryOf({
		queue,
		item,
		errorCode,
		errorMessage,
		recordId,
		batchId,
		sourceId,
		failureSeverity,
		retentionHours,
		replayCount = 0,
	}: FailedItem): QueueEntry {
		const expiresAt = new Date(this.runtime.now() + retentionHours * HOUR_MS).toISOString().replace('Z', '000Z');
		return {
			entryId: this.runtime.uuid('queue-entry'),
			queue,
			errorCode,
			errorMessage,
			enqueuedAt: this.runtime.timestamp(),
			expiresAt,
			replayCount,
			item,
			lineageId: item.lineageId,
			...(recordId !== undefined && { recordId }),
			...(batchId !== undefined && { batchId }),
			...(sourceId !== undefined && { sourceId }),
			...(failureSeverity !== undefined && { failureSeverity }),
			...traceFieldsOf(item),
			[JOURNAL]: item[JOURNAL],
			[STAGE]: item[STAGE],
		};
	}

	override enqueue(entry: QueueEntry): void {
		super.enqueue(entry);
	}

	override replay(entryId: string, operator: string, justification: string): QueueEntry {
		return super.replay(entryId, operator, justification);
	}
}
