import type { AcknowledgmentPayload } from './shapes/messages.ts';

/** A batch that could not be handed over; the sender has given up. */
export class TransferError extends Error {
	readonly code: string;
	readonly batchId: string;
	readonly attempts: number;

	constructor(code: string, batchId: string, attempts: number, message: string) {
		super(message);
		this.name = 'TransferError';
		this.code = code;
		this.batchId = batchId;
		this.attempts = attempts;
	}
}

/** Takes finished batches to the next module. */
export interface BatchSender<Batch> {
	/**
	 * Resolves with RECEIVED when the receiver has the batch, with REJECTED when it refused it.
	 * @throws TransferError when no acknowledgment came after all retries
	 */
	send(batch: Batch): Promise<AcknowledgmentPayload>;
	/** Calls back when a batch was processed by the receiver. */
	onProcessed(listener: (acknowledgment: AcknowledgmentPayload) => void): void;
}
