import { nowMs } from '@pipeline/telemetry-core';
import { BoundedMap, type WorkSpan } from '@pipeline/telemetry-core/instrumentation';

const MAX_BATCHES = 10_000;

/** The attempt that follows a failed one. */
export interface RetryPlan {
	readonly attemptNumber: number;
	readonly delayMs: number;
	readonly errorCode: string;
}

interface Retried {
	readonly firstFailureMs: number;
	readonly plan: RetryPlan;
}

/** What the operations on a batch know of each other. At most 10,000 batches of each kind; the oldest make room. */
export class TransferState {
	readonly #departed = new BoundedMap<string, true>(MAX_BATCHES);
	readonly #retried = new BoundedMap<string, Retried>(MAX_BATCHES);
	readonly #arriving = new BoundedMap<string, WorkSpan>(MAX_BATCHES);

	/** The batch's records became bytes, so that they left this process. */
	depart(batchId: string): void {
		this.#departed.set(batchId, true);
	}

	/** Whether they left; asked once. */
	takeDeparted(batchId: string): boolean {
		return this.#departed.delete(batchId);
	}

	/** An attempt failed, another follows. */
	retry(batchId: string, plan: RetryPlan): void {
		const firstFailureMs = this.#retried.get(batchId)?.firstFailureMs ?? nowMs();
		this.#retried.set(batchId, { firstFailureMs, plan });
	}

	/** What the next attempt of a batch was planned to be; undefined before the first failure. */
	planOf(batchId: string): RetryPlan | undefined {
		return this.#retried.get(batchId)?.plan;
	}

	/** The transfer is over: milliseconds since its first failure; undefined when there was none. */
	takeFailingMs(batchId: string): number | undefined {
		const retried = this.#retried.get(batchId);
		this.#retried.delete(batchId);
		return retried === undefined ? undefined : nowMs() - retried.firstFailureMs;
	}

	/** The batch is being taken in. */
	arrive(batchId: string, work: WorkSpan): void {
		this.#arriving.set(batchId, work);
	}

	/** The span of the batch that arrived last under this id and is not taken in yet. */
	arriving(batchId: string): WorkSpan | undefined {
		return this.#arriving.get(batchId);
	}

	/** It was taken in, or refused. */
	arrived(batchId: string, work: WorkSpan): void {
		if (this.#arriving.get(batchId) === work) this.#arriving.delete(batchId);
	}
}
