/** Batches whose end a sender waits for; of further ones the oldest are forgotten. More than a sender keeps for its receiver. */
const MAX_BATCHES = 1_024;

interface Unprocessed<Batch> {
	readonly batch: Batch;
	isReceived: boolean;
	isRefused: boolean;
}

/**
 * Batches that the receiver has, until it says that they were processed. It may refuse one later, even before the sender has seen
 * that it was received: the refusal then counts from there on.
 */
export class UnprocessedBatches<Batch extends { readonly batchId: string }> {
	readonly #batches = new Map<string, Unprocessed<Batch>>();

	/** The batch is about to be sent. */
	sent(batch: Batch): void {
		this.#batches.set(batch.batchId, { batch, isReceived: false, isRefused: false });
		if (this.#batches.size <= MAX_BATCHES) return;
		const [oldest] = this.#batches.keys();
		if (oldest !== undefined) this.#batches.delete(oldest);
	}

	/** The receiver has it. @returns the batch when it was refused in the meantime */
	received({ batchId }: Batch): Batch | undefined {
		const known = this.#batches.get(batchId);
		if (known === undefined) return undefined;
		known.isReceived = true;
		return known.isRefused ? this.#take(batchId) : undefined;
	}

	/** It never arrived: nothing more will be said about it. */
	lost({ batchId }: Batch): void {
		this.#batches.delete(batchId);
	}

	/** How it ended. @returns the batch when it was refused; once, and not before it was received */
	ended({ batchId, status }: { readonly batchId: string; readonly status: string }): Batch | undefined {
		const known = this.#batches.get(batchId);
		if (known === undefined) return undefined;
		if (status !== 'REJECTED') {
			// One that is not yet known to be received ends here too.
			if (status === 'PROCESSED') this.#batches.delete(batchId);
			return undefined;
		}
		if (known.isReceived) return this.#take(batchId);
		known.isRefused = true;
		return undefined;
	}

	#take(batchId: string): Batch | undefined {
		const known = this.#batches.get(batchId);
		this.#batches.delete(batchId);
		return known?.batch;
	}
}
