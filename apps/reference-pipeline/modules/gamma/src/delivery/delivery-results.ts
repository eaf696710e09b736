import {
	type DeliveryError,
	type DeliveryResult,
	type FinalStatus,
	isoOf,
	JOURNAL,
	type Runtime,
	STAGE,
	type TransformedRecord,
	traceFieldsOf,
} from '@pipeline/model';
import type { GammaAcknowledgment } from '../ack/pending-ack.ts';
import type { RecordContext } from './delivery-progress.ts';
import type { GammaAttempt } from './gamma-attempt.ts';

/** What a result is made from. */
export interface FinishedDelivery {
	readonly record: TransformedRecord;
	readonly destinationId: string;
	readonly context: RecordContext;
	readonly attempts: readonly GammaAttempt[];
}

/** Makes the one result of a record and a destination. */
export function deliveryResult(
	{ record, destinationId, context, attempts }: FinishedDelivery,
	finalStatus: FinalStatus,
	runtime: Runtime,
	acknowledgment?: GammaAcknowledgment,
): DeliveryResult {
	const nowMs = runtime.now();
	const now = isoOf(nowMs);
	return {
		recordId: record.recordId,
		destinationId,
		finalStatus,
		totalAttempts: attempts.length,
		firstAttempt: attempts[0]?.attemptTimestamp ?? now,
		finalAttempt: attempts.at(-1)?.attemptTimestamp ?? now,
		acknowledgmentId: acknowledgment?.acknowledgmentId ?? null,
		acknowledgmentTimestamp: acknowledgment?.receivedAt ?? null,
		deliveryLatencyMs: Math.max(0, Math.round(nowMs - context.receivedAtMs)),
		lineageId: record.lineageId,
		...traceFieldsOf(record),
		[JOURNAL]: record[JOURNAL],
		[STAGE]: record[STAGE],
	};
}

/** Makes the error of a failed delivery. */
export function deliveryError(
	{ record, destinationId, attempts }: FinishedDelivery,
	problem: { readonly errorCode: string; readonly message: string; readonly retryEligible: boolean },
	runtime: Runtime,
): DeliveryError {
	return {
		recordId: record.recordId,
		destinationId,
		attemptNumber: attempts.length,
		errorType: problem.retryEligible ? 'TRANSIENT' : 'PERMANENT',
		errorCode: problem.errorCode,
		destinationResponse: problem.message,
		retryEligible: problem.retryEligible,
		failureTimestamp: runtime.timestamp(),
		lineageId: record.lineageId,
		...traceFieldsOf(record),
		[JOURNAL]: record[JOURNAL],
		[STAGE]: record[STAGE],
	};
}
