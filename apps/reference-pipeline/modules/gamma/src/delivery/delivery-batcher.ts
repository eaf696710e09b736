import type { Runtime } from '@pipeline/model';
import PQueue from 'p-queue';
import Queue from 'yocto-queue';
import type { DeliveryReceipt, DestinationAdapter, OutboundRecord } from '../destinations/destination-adapter.ts';
import { GAMMA_CODES } from '../errors/codes.ts';
import { GammaStoppedError } from '../errors/gamma-stopped-error.ts';

/** How many calls run at once, how many records one takes, and how long it may last. */
export interface BatcherLimits {
	readonly poolSize: number;
	readonly maxBatchRecords: number;
	readonly timeoutMs: number;
}

/** A receipt with the call it came from. */
export interface BatchedReceipt {
	readonly receipt: DeliveryReceipt;
	readonly callId: string;
	/** Time the record waited for a free call, in milliseconds. */
	readonly poolWaitMs: number;
}

interface Waiting {
	readonly outbound: OutboundRecord;
	readonly submittedMs: number;
	readonly resolve: (receipt: BatchedReceipt) => void;
	readonly reject: (error: Error) => void;
}

/**
 * First in, first out queue in front of one destination. A free call takes whatever waits, up to its limit, so a
 * slow destination gets fuller calls and an idle one waits for nothing.
 */
export class DeliveryBatcher {
	readonly limits: BatcherLimits;
	private readonly adapter: DestinationAdapter;
	private readonly runtime: Runtime;
	private readonly calls: PQueue;
	private readonly waiting = new Queue<Waiting>();
	private readonly underWay = new Set<Waiting>();
	private readonly timeouts = new Set<AbortController>();
	private isClosed = false;
	private batchLimit: number;

	constructor(adapter: DestinationAdapter, runtime: Runtime, limits: BatcherLimits) {
		this.adapter = adapter;
		this.runtime = runtime;
		this.limits = limits;
		this.batchLimit = limits.maxBatchRecords;
		this.calls = new PQueue({ concurrency: limits.poolSize });
	}

	/** Records waiting for a call. */
	get depth(): number {
		return this.waiting.size;
	}

	/** Share of the pool in use, 0 to 1. */
	get poolUsage(): number {
		return this.calls.pending / this.limits.poolSize;
	}

	get isPaused(): boolean {
		return this.calls.isPaused;
	}

	/** Begins no further call until {@link resume}. */
	pause(): void {
		this.calls.pause();
	}

	resume(): void {
		this.calls.start();
	}

	/** Takes this share of the batch limit from now on, at least one record. */
	scaleBatches(share: number): void {
		this.batchLimit = Math.max(1, Math.floor(this.limits.maxBatchRecords * share));
	}

	/** Queues a record. Rejects with GammaStoppedError when the module stops before its call is done. */
	submit(outbound: OutboundRecord): Promise<BatchedReceipt> {
		if (this.isClosed) return Promise.reject(new GammaStoppedError());
		return new Promise((resolve, reject) => {
			this.waiting.enqueue({ outbound, submittedMs: this.runtime.now(), resolve, reject });
			void this.calls.add(() => this.runCall());
		});
	}

	/** Makes one call for a batch. Never throws; every record gets a receipt. */
	async sendBatch(batch: readonly OutboundRecord[], callId: string): Promise<readonly DeliveryReceipt[]> {
		const finished = new AbortController();
		const timeout = new AbortController();
		const timer = this.runtime
			.sleep(this.limits.timeoutMs, finished.signal)
			.catch(() => undefined)
			.then(() => timedOut(batch));
		void timer.then(() => timeout.abort());
		this.timeouts.add(timeout);
		try {
			const delivery = this.adapter.deliver(batch, { callId, signal: timeout.signal });
			return completed(await Promise.race([delivery, timer]), batch.length);
		} catch (error) {
			return batch.map(() => unexpected(error));
		} finally {
			this.timeouts.delete(timeout);
			finished.abort();
		}
	}

	/** Rejects what waits and aborts the calls under way. */
	close(): void {
		this.isClosed = true;
		this.calls.clear();
		for (const { reject } of [...this.underWay, ...this.waiting.drain()]) reject(new GammaStoppedError());
		for (const timeout of this.timeouts) timeout.abort();
	}

	private async runCall(): Promise<void> {
		const taken = this.takeBatch();
		if (taken.length === 0) return;
		const startedMs = this.runtime.now();
		const callId = this.runtime.uuid('delivery-call');
		const receipts = await this.sendBatch(
			taken.map(({ outbound }) => outbound),
			callId,
		);
		for (const [index, waiting] of taken.entries()) {
			this.underWay.delete(waiting);
			const receipt = receipts[index]!;
			waiting.resolve({ receipt, callId, poolWaitMs: Math.max(0, startedMs - waiting.submittedMs) });
		}
	}

	private takeBatch(): Waiting[] {
		const taken: Waiting[] = [];
		while (taken.length < this.batchLimit) {
			const next = this.waiting.dequeue();
			if (next === undefined) break;
			this.underWay.add(next);
			taken.push(next);
		}
		return taken;
	}
}

function timedOut(batch: readonly OutboundRecord[]): readonly DeliveryReceipt[] {
	return batch.map(() => ({
		status: 'TIMEOUT',
		errorCode: GAMMA_CODES.deliveryTimeout,
		responseMessage: 'no answer within the delivery timeout',
		retryEligible: true,
	}));
}

function completed(receipts: readonly DeliveryReceipt[], expected: number): readonly DeliveryReceipt[] {
	const missing: DeliveryReceipt = {
		status: 'FAILED',
		errorCode: GAMMA_CODES.deliveryPartial,
		responseMessage: 'the destination gave no result for this record',
		retryEligible: true,
	};
	return Array.from({ length: expected }, (_, index) => receipts[index] ?? missing);
}

function unexpected(error: unknown): DeliveryReceipt {
	return {
		status: 'FAILED',
		errorCode: GAMMA_CODES.deliveryUnknown,
		responseMessage: (error instanceof Error ? error.message : String(error)).slice(0, 1024),
		retryEligible: true,
	};
}
