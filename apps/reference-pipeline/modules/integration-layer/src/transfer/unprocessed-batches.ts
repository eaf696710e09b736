import type { BatchTransfer } from '@pipeline/model';
import type { ResendReason } from '../layer/events.ts';

/** When batches are sent again and how many there may be. */
export interface UnprocessedOptions {
	readonly capacity: number;
	/** Time after which a batch that is still not processed is sent again, as a question. Doubles with each time. */
	readonly askAgainAfterMs: number;
	readonly resend: (transfer: BatchTransfer, reason: ResendReason) => void;
}

interface Kept {
	readonly transfer: BatchTransfer;
	timer: NodeJS.Timeout;
	delayMs: number;
	rejections: number;
}

const MAX_DELAY_MS = 600_000;

/**
 * Batches that the receiver has but did not finish. A receiver that dies with them gets them again; one that lives
 * answers with what it said last, so a lost acknowledgment is asked for.
 */
export class UnprocessedBatches {
	readonly #options: UnprocessedOptions;
	readonly #kept = new Map<string, Kept>();
	readonly #waiting: (() => void)[] = [];
	#reserved = 0;

	constructor(options: UnprocessedOptions) {
		this.#options = options;
	}

	get size(): number {
		return this.#kept.size;
	}

	/** Waits until one more batch may be on its way; `leave` gives the place back. */
	async enter(): Promise<void> {
		if (this.#reserved >= this.#options.capacity) await new Promise<void>((resolve) => this.#waiting.push(resolve));
		else this.#reserved++;
	}

	/** Gives a place back, to the one who waits longest. */
	leave(): void {
		const next = this.#waiting.shift();
		if (next === undefined) this.#reserved--;
		else next();
	}

	/** Keeps a batch in the place it entered. */
	keep(transfer: BatchTransfer): void {
		clearTimeout(this.#kept.get(transfer.metadata.batchId)?.timer);
		const delayMs = this.#options.askAgainAfterMs;
		const { batchId } = transfer.metadata;
		this.#kept.set(batchId, { transfer, delayMs, rejections: 0, timer: this.#ask(batchId, delayMs) });
	}

	/** Forgets a batch that came to an end. False when it was not here. */
	release(batchId: string): boolean {
		const kept = this.#kept.get(batchId);
		if (kept === undefined) return false;
		clearTimeout(kept.timer);
		this.#kept.delete(batchId);
		this.leave();
		return true;
	}

	/** Sends a refused batch once more; false when it was refused before, or is not here. */
	retryRejected(batchId: string): boolean {
		const kept = this.#kept.get(batchId);
		if (kept === undefined || kept.rejections > 0) return false;
		kept.rejections++;
		this.#options.resend(kept.transfer, 'REJECTED');
		return true;
	}

	/** Sends everything again: the receiver may have died with it. */
	resendAll(): void {
		for (const { transfer } of this.#kept.values()) this.#options.resend(transfer, 'RECONNECTED');
	}

	/** Forgets all batches; answers their ids. */
	clear(): string[] {
		const ids = [...this.#kept.keys()];
		for (const batchId of ids) this.release(batchId);
		return ids;
	}

	#ask(batchId: string, delayMs: number): NodeJS.Timeout {
		return setTimeout(() => {
			const kept = this.#kept.get(batchId);
			if (kept === undefined) return;
			kept.delayMs = Math.min(MAX_DELAY_MS, kept.delayMs * 2);
			kept.timer = this.#ask(batchId, kept.delayMs);
			this.#options.resend(kept.transfer, 'NOT_PROCESSED');
		}, delayMs);
	}
}
