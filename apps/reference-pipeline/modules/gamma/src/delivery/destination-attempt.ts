import { type AckType, JOURNAL, type RenderedRecord, type Runtime, STAGE, traceFieldsOf } from '@pipeline/model';
import type { AckTracker } from '../ack/ack-tracker.ts';
import type { Destination } from '../destinations/destination.ts';
import type { DestinationRegistry } from '../destinations/destination-registry.ts';
import type { BatchedReceipt } from './delivery-batcher.ts';
import type { GammaAttempt } from './gamma-attempt.ts';

/** Makes single attempts. */
export class DestinationAttempt {
	private readonly destinations: DestinationRegistry;
	private readonly acks: AckTracker;
	private readonly runtime: Runtime;

	constructor(destinations: DestinationRegistry, acks: AckTracker, runtime: Runtime) {
		this.destinations = destinations;
		this.acks = acks;
		this.runtime = runtime;
	}

	/**
	 * Sends a rendered record, alone or in a call with others, and answers how that went. Rejects with
	 * GammaStoppedError when the module stops first.
	 */
	async attempt(rendered: RenderedRecord, attemptNumber: number): Promise<GammaAttempt> {
		const destination = this.destinations.get(rendered.destinationId)!;
		const { ackType } = destination.registration;
		const attemptId = this.runtime.uuid('attempt');
		const startedMs = this.runtime.now();
		const attemptTimestamp = this.runtime.timestamp();
		const batched = await this.send(destination, { rendered, attemptId, attemptNumber }, ackType);
		const latencyMs = Math.max(0, Math.round(this.runtime.elapsedMs(startedMs) - batched.poolWaitMs));
		return {
			attemptId,
			recordId: rendered.recordId,
			destinationId: rendered.destinationId,
			attemptNumber,
			attemptTimestamp,
			completionTimestamp: this.runtime.timestamp(),
			latencyMs,
			ackType,
			correlationId: ackType === 'BATCH' ? batched.callId : attemptId,
			callId: batched.callId,
			poolWaitMs: batched.poolWaitMs,
			...batched.receipt,
			lineageId: rendered.lineageId,
			...traceFieldsOf(rendered),
			[JOURNAL]: rendered[JOURNAL],
			[STAGE]: rendered[STAGE],
		};
	}

	private async send(
		{ batcher }: Destination,
		outbound: { readonly rendered: RenderedRecord; readonly attemptId: string; readonly attemptNumber: number },
		ackType: AckType,
	): Promise<BatchedReceipt> {
		if (ackType === 'SYNC') return batcher.submit(outbound);
		this.acks.callStarted();
		try {
			return await batcher.submit(outbound);
		} finally {
			this.acks.callEnded();
		}
	}
}
