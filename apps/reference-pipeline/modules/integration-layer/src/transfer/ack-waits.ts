import type { AcknowledgmentPayload, BatchTransfer, Runtime } from '@pipeline/model';

/** An attempt that waits. */
interface AckWait {
	readonly transfer: BatchTransfer;
	readonly resolve: (payload: AcknowledgmentPayload) => void;
	readonly reject: (reason: Error) => void;
	readonly sentMs: number;
}

/** What an acknowledgment answered. */
export interface AnsweredWait {
	readonly transfer: BatchTransfer;
	readonly elapsedMs: number;
}

/** Attempts that wait for their first acknowledgment, by batch. */
export class AckWaits {
	readonly #runtime: Runtime;
	readonly #waits = new Map<string, AckWait>();

	constructor(runtime: Runtime) {
		this.#runtime = runtime;
	}

	get size(): number {
		return this.#waits.size;
	}

	/** The next acknowledgment of a batch. Rejects when the connection breaks. */
	waitFor(transfer: BatchTransfer): Promise<AcknowledgmentPayload> {
		const { promise, resolve, reject } = Promise.withResolvers<AcknowledgmentPayload>();
		// Whoever waits may have left already.
		promise.catch(() => undefined);
		this.#waits.set(transfer.metadata.batchId, { transfer, resolve, reject, sentMs: this.#runtime.now() });
		return promise;
	}

	forget(batchId: string): void {
		this.#waits.delete(batchId);
	}

	/** Ends the wait of a batch; undefined when nobody waits for it. */
	answer(payload: AcknowledgmentPayload): AnsweredWait | undefined {
		const wait = this.#waits.get(payload.batchId);
		if (wait === undefined) return undefined;
		this.#waits.delete(payload.batchId);
		wait.resolve(payload);
		return { transfer: wait.transfer, elapsedMs: this.#runtime.elapsedMs(wait.sentMs) };
	}

	/** Fails every wait: no answer can come any more. */
	failAll(reason: Error): void {
		for (const { reject } of this.#waits.values()) reject(reason);
	}
}
