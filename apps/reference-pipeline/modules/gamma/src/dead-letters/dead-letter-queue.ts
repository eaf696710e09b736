import {
	type DeadLetterEntry,
	type DeliveryResult,
	ErrorQueue,
	type ErrorQueueEvents,
	type Fields,
	JOURNAL,
	type OperatorAction,
	type QueueEntry,
	type Runtime,
	STAGE,
	type TypedEmitter,
	traceFieldsOf,
} from '@pipeline/model';
import type { GammaConfig } from '../config/gamma-config.ts';
import { type AgeDistribution, ageDistribution } from './age-distribution.ts';
import { ReplayPace } from './replay-pace.ts';

/** A dead letter as it is queued. */
export interface DeadLetterQueueEntry extends QueueEntry {
	queue: 'DLQ';
	item: DeadLetterEntry;
}

/** Delivers a replayed dead letter by the routing rules of now. */
export type Redelivery = (entry: DeadLetterQueueEntry) => Promise<readonly DeliveryResult[]>;

const DAY_MS = 86_400_000;

/** Deliveries that failed for good, with everything needed to understand, correct and repeat them. */
export class DeadLetterQueue {
	readonly events: TypedEmitter<ErrorQueueEvents<DeadLetterQueueEntry>>;
	/** Time an entry is kept, in milliseconds. */
	readonly retentionMs: number;
	/** Set by the module: how a replay reaches the destinations. */
	redeliver: Redelivery | undefined;
	private readonly queue: ErrorQueue<DeadLetterQueueEntry>;
	private readonly pace: ReplayPace;
	private readonly runtime: Runtime;

	constructor(config: GammaConfig, runtime: Runtime, file?: string) {
		this.runtime = runtime;
		this.retentionMs = config.dlqRetentionDays * DAY_MS;
		this.pace = new ReplayPace(config.replayRatePerSecond, runtime);
		this.queue = new ErrorQueue<DeadLetterQueueEntry>({
			runtime,
			capacity: config.dlqMaxEntries,
			maxReplayAttempts: config.maxReplayAttempts,
			file,
		});
		this.events = this.queue.events;
	}

	get size(): number {
		return this.queue.size;
	}

	get capacity(): number {
		return this.queue.capacity;
	}

	/** Entries by age and the age of the oldest. Scans the queue: not for every record. */
	get ages(): AgeDistribution {
		return ageDistribution(this.queue.list(), this.runtime.now());
	}

	/** Entries of one destination. */
	sizeOf(destinationId: string): number {
		return this.queue.list((entry) => entry.item.destinationId === destinationId).length;
	}

	/** Adds an entry; at capacity the oldest is evicted. Throws when the file cannot be written. */
	enqueue(entry: DeadLetterEntry): void {
		this.queue.enqueue({
			entryId: entry.entryId,
			queue: 'DLQ',
			recordId: entry.recordId,
			destinationId: entry.destinationId,
			errorCode: entry.failureReason,
			errorMessage: entry.failureDetails,
			enqueuedAt: entry.createdAt,
			expiresAt: entry.expiresAt,
			replayCount: entry.replayCount,
			item: entry,
			...(entry.originalRecord.sourceId !== undefined && { sourceId: entry.originalRecord.sourceId }),
			...(entry.originTraceId !== undefined && { originTraceId: entry.originTraceId }),
			...(entry.originSpanId !== undefined && { originSpanId: entry.originSpanId }),
			...(entry.replayTraceIds !== undefined && { replayTraceIds: entry.replayTraceIds }),
			lineageId: entry.lineageId,
			...traceFieldsOf(entry),
			[JOURNAL]: entry[JOURNAL],
			[STAGE]: entry[STAGE],
		});
	}

	/** Oldest first. */
	list(filter?: (entry: DeadLetterQueueEntry) => boolean): DeadLetterQueueEntry[] {
		return this.queue.list(filter);
	}

	/** @throws QueueError when the entry is unknown */
	inspect(entryId: string, operator: string): DeadLetterQueueEntry {
		return this.queue.inspect(entryId, operator);
	}

	/** Replaces fields of the record. @throws QueueError when the entry is unknown */
	correct(entryId: string, fields: Fields, operator: string, justification: string): DeadLetterQueueEntry {
		const [known] = this.queue.list((entry) => entry.entryId === entryId);
		if (known === undefined) return this.queue.inspect(entryId, operator);
		const { originalRecord } = known.item;
		const corrected = { ...originalRecord, fields: { ...originalRecord.fields, ...fields } };
		return this.queue.correct(entryId, { originalRecord: corrected }, operator, justification);
	}

	/**
	 * Takes an entry out and delivers its record by the routing rules of now, at most `replayRatePerSecond`. When that
	 * fails again the entry comes back with its replay count.
	 * @throws QueueError when the entry is unknown or was replayed `maxReplayAttempts` times
	 */
	async replay(entryId: string, operator: string, justification: string): Promise<readonly DeliveryResult[]> {
		if (this.redeliver === undefined) throw new Error('this dead letter queue is not attached to a module');
		await this.pace.next();
		const entry = this.queue.replay(entryId, operator, justification);
		try {
			return await this.redeliver(entry);
		} catch (error) {
			// Nothing final happened, e.g. the module stopped: the entry must not be lost.
			this.queue.enqueue(entry);
			throw error;
		}
	}

	/** Removes what has expired. */
	expire(nowMs: number = this.runtime.now()): DeadLetterQueueEntry[] {
		return this.queue.expire(nowMs);
	}

	/** Removes one entry or all. @throws QueueError when the entry is unknown */
	purge(entryId: string | 'all', action: OperatorAction): DeadLetterQueueEntry[] {
		return this.queue.purge(entryId, action);
	}

	export(): readonly DeadLetterQueueEntry[] {
		return this.queue.export();
	}

	/** Rewrites the file without what was removed. */
	compact(): void {
		this.queue.compact();
	}
}
