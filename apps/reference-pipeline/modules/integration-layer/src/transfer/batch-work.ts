import type { AcknowledgmentPayload, BatchTransfer } from '@pipeline/model';

/** What a module made of a batch. */
export interface ProcessedBatch {
	readonly recordsAccepted: number;
	readonly recordsRejected: number;
}

/** Processes a batch that counts as received at once; resolves when all its records are through the module. */
export type TransferHandler = (transfer: BatchTransfer) => Promise<ProcessedBatch>;

/** A module's answer to a batch. */
export interface BatchReceipt {
	/** `RECEIVED`, or `REJECTED` when the module will never take the batch. */
	readonly acknowledgment: Pick<AcknowledgmentPayload, 'status'>;
	/** Resolves when all records are through the module. */
	readonly processed: Promise<ProcessedBatch>;
}

/**
 * Takes a batch when there is room: may wait, and rejects when the module stops first. Resolves with undefined when there
 * is no room and nothing to wait for: the batch is offered again.
 */
export type TransferIntake = (transfer: BatchTransfer) => Promise<BatchReceipt | undefined>;

/** What a receiving end does with batches: a handler says RECEIVED before it begins, an intake decides when. */
export type BatchWork = { readonly handler: TransferHandler } | { readonly intake: TransferIntake };

/** The intake behind any kind of work. */
export function intakeOf(work: BatchWork): TransferIntake {
	if ('intake' in work) return work.intake;
	const { handler } = work;
	return async (transfer) => ({ acknowledgment: { status: 'RECEIVED' }, processed: handler(transfer) });
}
