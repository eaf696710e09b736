import type { AcknowledgmentPayload, AlphaBetaBatch, BatchSender } from '@pipeline/model';

/** Takes batches to the integration layer. */
export class Handoff {
	readonly #sender: BatchSender<AlphaBetaBatch>;

	constructor(sender: BatchSender<AlphaBetaBatch>) {
		this.#sender = sender;
	}

	/** Resolves when the next module has the batch or refuses it. @throws TransferError when it could not be reached */
	async send(batch: AlphaBetaBatch): Promise<AcknowledgmentPayload> {
		return this.#sender.send(batch);
	}
}
