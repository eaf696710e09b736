import type { Priority } from '@pipeline/model';
import type { BetaQueueEntry } from '../errors/beta-error-queue.ts';
import type { BatchPosition } from '../processing/record-scope.ts';
import type { BatchLedger } from './batch-ledger.ts';

/** All that Beta knows of a queued record besides the record. */
export interface WorkUnit extends BatchPosition {
	readonly priority: Priority;
	readonly correlationId: string;
	/** Absent for replays, whose batch was answered long ago. */
	readonly ledger?: BatchLedger;
	/** Records of the batch that this one stands for, by index. */
	readonly sources: readonly number[];
	/** Whether no record of the batch comes after this one. */
	readonly isLastOfBatch: boolean;
	/** Limits the work to these target schemas. */
	readonly onlySchemas?: readonly string[];
	/** The queue entry that a replay comes from. */
	readonly replayOf?: BetaQueueEntry;
}
