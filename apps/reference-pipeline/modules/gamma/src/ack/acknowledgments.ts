import { type AcknowledgmentError, type AckStatus, JOURNAL, type Runtime, STAGE, traceFieldsOf } from '@pipeline/model';
import type { GammaAttempt } from '../delivery/gamma-attempt.ts';
import type { GammaAcknowledgment } from './pending-ack.ts';

/** What a destination or the clock says about a wait. */
export interface AckAnswer {
	readonly status: AckStatus;
	readonly acknowledgmentId?: string | undefined;
	readonly payload?: string | undefined;
}

/** Makes the acknowledgment of an attempt. */
export function acknowledgmentOf(
	attempt: GammaAttempt,
	answer: AckAnswer,
	expectedBy: string,
	runtime: Runtime,
): GammaAcknowledgment {
	return {
		recordId: attempt.recordId,
		destinationId: attempt.destinationId,
		correlationId: attempt.correlationId,
		ackType: attempt.ackType,
		ackStatus: answer.status,
		expectedBy,
		receivedAt: answer.status === 'TIMEOUT' ? null : runtime.timestamp(),
		...(answer.payload !== undefined && { ackPayload: answer.payload }),
		...(answer.acknowledgmentId !== undefined && { acknowledgmentId: answer.acknowledgmentId }),
		lineageId: attempt.lineageId,
		...traceFieldsOf(attempt),
		[JOURNAL]: attempt[JOURNAL],
		[STAGE]: attempt[STAGE],
	};
}

/** Makes the error of an acknowledgment that belongs to no known record. */
export function strayAckError(
	errorCode: string,
	errorMessage: string,
	correlationId: string,
	runtime: Runtime,
): AcknowledgmentError {
	const failureTimestamp = runtime.timestamp();
	return {
		recordId: '',
		destinationId: '',
		ackType: 'ASYNC',
		errorCode,
		errorMessage,
		correlationId,
		expectedBy: failureTimestamp,
		failureTimestamp,
		lineageId: '',
		[JOURNAL]: 0,
		[STAGE]: 0,
	};
}

/** Makes the error of an acknowledgment that is missing or negative. */
export function acknowledgmentErrorOf(
	acknowledgment: GammaAcknowledgment,
	errorCode: string,
	errorMessage: string,
	runtime: Runtime,
): AcknowledgmentError {
	return {
		recordId: acknowledgment.recordId,
		destinationId: acknowledgment.destinationId,
		ackType: acknowledgment.ackType,
		errorCode,
		errorMessage,
		correlationId: acknowledgment.correlationId,
		expectedBy: acknowledgment.expectedBy,
		failureTimestamp: runtime.timestamp(),
		lineageId: acknowledgment.lineageId,
		...traceFieldsOf(acknowledgment),
		[JOURNAL]: acknowledgment[JOURNAL],
		[STAGE]: acknowledgment[STAGE],
	};
}
