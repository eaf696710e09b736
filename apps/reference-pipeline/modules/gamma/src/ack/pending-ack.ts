import type { AcknowledgmentRecord, TransformedRecord } from '@pipeline/model';
import type { RecordContext } from '../delivery/delivery-progress.ts';
import type { GammaAttempt } from '../delivery/gamma-attempt.ts';

/** An acknowledgment record with the destination's id of it. */
export interface GammaAcknowledgment extends AcknowledgmentRecord {
	acknowledgmentId?: string;
}

/** A delivery whose last attempt awaits its acknowledgment. */
export interface DeliveryUnderWay {
	readonly record: TransformedRecord;
	readonly attempts: readonly GammaAttempt[];
	readonly context: RecordContext;
}

/** Everything needed to go on waiting after a restart. */
export interface AwaitedDelivery extends DeliveryUnderWay {
	readonly expectedBy: string;
	/** Deadline, in milliseconds since the epoch. */
	readonly expectedByMs: number;
	/** When the wait began, in milliseconds since the epoch. */
	readonly sinceMs: number;
}

/** A wait under way. */
export interface PendingAck {
	readonly attempt: GammaAttempt;
	readonly awaited: AwaitedDelivery;
	/** Sweep during which the wait began. */
	readonly sweep: number;
	readonly resolve: (acknowledgment: GammaAcknowledgment) => void;
	readonly reject: (error: Error) => void;
}
