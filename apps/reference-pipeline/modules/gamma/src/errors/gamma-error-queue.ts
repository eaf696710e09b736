import {
	ErrorQueue,
	isoOf,
	JOURNAL,
	type QueueEntry,
	type Runtime,
	STAGE,
	type TransformedRecord,
} from '@pipeline/model';
import type { GammaConfig } from '../config/gamma-config.ts';
import type { RecordContext } from '../delivery/delivery-progress.ts';
import { keptTrace } from './kept-trace.ts';

/** Queues of module Gamma besides the dead letters. */
export type GammaQueueName = 'RENDER' | 'ROUTING' | 'DELIVERY' | 'ACK';

/** A failure that waits for an operator. `item` is the record, or the stray acknowledgment's error. */
export interface GammaQueueEntry extends QueueEntry {
	queue: GammaQueueName;
	/** The failure structure. */
	failure: unknown;
}

interface FailureLike {
	readonly recordId?: string;
	readonly destinationId?: string;
	readonly errorCode: string;
	readonly errorMessage?: string;
	readonly destinationResponse?: string;
}

const HOUR_MS = 3_600_000;

/** Failures of the stages, one bounded queue with four names. */
export class GammaErrorQueue extends ErrorQueue<GammaQueueEntry> {
	readonly config: GammaConfig;

	constructor(config: GammaConfig, runtime: Runtime, file?: string) {
		super({ runtime, capacity: config.errorQueueCapacity, maxReplayAttempts: config.maxReplayAttempts, file });
		this.config = config;
	}

	/** Entries of one name. */
	sizeOf(queue: GammaQueueName): number {
		return this.list((entry) => entry.queue === queue).length;
	}

	/** Queues a record's failure. A replayed record keeps its entry id and replay count. */
	addRecord(queue: GammaQueueName, record: TransformedRecord, failure: FailureLike, context: RecordContext): void {
		const { replay } = context;
		this.enqueue({
			...this.entryOf(queue, failure, record),
			...(replay !== undefined && { entryId: replay.entryId, replayCount: replay.replayCount }),
			recordId: record.recordId,
			...(context.batchId !== '' && { batchId: context.batchId }),
			...(record.sourceId !== undefined && { sourceId: record.sourceId }),
			...keptTrace(record, replay),
		});
	}

	/** Queues a failure that belongs to no record. */
	addStray(queue: GammaQueueName, failure: FailureLike): void {
		this.enqueue(this.entryOf(queue, failure, failure));
	}

	private entryOf(queue: GammaQueueName, failure: FailureLike, item: unknown): GammaQueueEntry {
		const nowMs = this.runtime.now();
		const isEarlyStage = queue === 'RENDER' || queue === 'ROUTING';
		const hours = isEarlyStage ? this.config.renderErrorRetentionHours : this.config.deliveryErrorRetentionHours;
		return {
			entryId: this.runtime.uuid('error-queue-entry'),
			queue,
			errorCode: failure.errorCode,
			errorMessage: failure.errorMessage ?? failure.destinationResponse ?? failure.errorCode,
			enqueuedAt: isoOf(nowMs),
			expiresAt: isoOf(nowMs + hours * HOUR_MS),
			replayCount: 0,
			item,
			failure,
			...(failure.destinationId !== undefined && { destinationId: failure.destinationId }),
			[JOURNAL]: 0,
			[STAGE]: 0,
		};
	}
}
