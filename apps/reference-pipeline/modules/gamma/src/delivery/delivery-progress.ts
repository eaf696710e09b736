import type { RenderedRecord, TransformedRecord } from '@pipeline/model';
import type { Destination } from '../destinations/destination.ts';
import type { GammaAttempt } from './gamma-attempt.ts';

/** The queue entry a replayed delivery came from. */
export interface ReplayOrigin {
	readonly entryId: string;
	readonly replayCount: number;
	readonly originTraceId?: string;
	readonly originSpanId?: string;
	readonly replayTraceIds?: readonly string[];
}

/** What a record brought to Gamma besides itself. */
export interface RecordContext {
	/** Batch it came with; empty when it came alone. */
	readonly batchId: string;
	/** Receipt by Gamma, in milliseconds since the epoch. */
	readonly receivedAtMs: number;
	/** Deadline, in milliseconds since the epoch. */
	readonly expiresAtMs?: number;
	readonly replay?: ReplayOrigin;
}

/** How far the delivery of one record to one destination has come. */
export interface DeliveryProgress {
	readonly record: TransformedRecord;
	readonly destination: Destination;
	readonly context: RecordContext;
	readonly attempts: GammaAttempt[];
	rendered: RenderedRecord | undefined;
	/** Times it waited for the circuit. */
	holds: number;
	/** Whether the destination was already asked, or waited for once more, after a missing acknowledgment. */
	hasQueried: boolean;
}
