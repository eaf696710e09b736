import type { AckType, DeliveryAttempt } from '@pipeline/model';

/** An attempt with what follows from its answer. */
export interface GammaAttempt extends DeliveryAttempt {
	ackType: AckType;
	/** Joins the acknowledgment: the attempt id, or the call id for BATCH. */
	correlationId: string;
	/** Identifies the call that carried this record, possibly among others. */
	callId: string;
	/** Time the record waited for a free call, in milliseconds. */
	poolWaitMs: number;
	/** Present unless SUCCESS. */
	errorCode?: string;
	retryEligible?: boolean;
	/** Wait the destination asked for, in milliseconds. */
	retryAfterMs?: number;
	/** The destination's own id of a SYNC acknowledgment. */
	acknowledgmentId?: string;
}
