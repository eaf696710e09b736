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
	/** The entry that it was replayed from. */
	readonly replayOf?: QueueEntry | undefined;
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
		replayOf,
	}: FailedItem): QueueEntry {
		const expiresAt = new Date(this.runtime.now() + retentionHours * HOUR_MS).toISOString().replace('Z', '000Z');
		return {
			entryId: this.runtime.uuid('queue-entry'),
			queue,
			errorCode,
			errorMessage,
			enqueuedAt: this.runtime.timestamp(),
			expiresAt,
			replayCount: replayOf?.replayCount ?? 0,
			item,
			lineageId: item.lineageId,
			...(recordId !== undefined && { recordId }),
			...(batchId !== undefined && { batchId }),
			...(sourceId !== undefined && { sourceId }),
			...(failureSeverity !== undefined && { failureSeverity }),
			...(replayOf?.originTraceId !== undefined && { originTraceId: replayOf.originTraceId }),
			...(replayOf?.originSpanId !== undefined && { originSpanId: replayOf.originSpanId }),
			...(replayOf?.replayTraceIds !== undefined && { replayTraceIds: replayOf.replayTraceIds }),
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
