import { type AcknowledgmentPayload, checksumOf, type Runtime, type ValidatedRecord } from '@pipeline/model';
import { LRUCache } from 'lru-cache';
import type { BetaConfig } from '../config/config.ts';
import type { BackPressureChange, BetaEmitter } from '../module/events.ts';
import type { CompiledProfile } from '../profile/compiled.ts';
import type { ProfileRegistry } from '../profile/profile-registry.ts';
import { BatchLedger } from './batch-ledger.ts';
import { checkMetadata } from './check-metadata.ts';
import { IntakeClosedError, type IntakeOutcome, type IntakeReceipt, type IntakeTransfer } from './intake-receipt.ts';
import { PriorityQueue } from './priority-queue.ts';
import type { CombinedRecord, RecordCombiner } from './record-combiner.ts';
import { RoomQueue } from './room-queue.ts';
import { Watermarks } from './watermarks.ts';
import type { WorkUnit } from './work-unit.ts';

/** Batches whose answer is kept, so that one that arrives again is answered and not processed again. */
export const RECENT_BATCHES = 10_000;

/** What the intake works with. */
export interface BetaIntakeParts {
	readonly config: BetaConfig;
	readonly runtime: Runtime;
	readonly events: BetaEmitter;
	readonly profiles: ProfileRegistry;
	readonly combiner: RecordCombiner;
	/** Carries back-pressure to the sender. */
	readonly onBackPressure?: (change: BackPressureChange) => void;
	/** Called when records were queued. */
	readonly onQueued?: () => void;
}

/** Takes batches from Alpha, checks them, and queues their records by priority. */
export class BetaIntake {
	readonly #parts: BetaIntakeParts;
	readonly #queue = new PriorityQueue<ValidatedRecord>();
	readonly #units = new WeakMap<ValidatedRecord, WorkUnit>();
	readonly #recent = new LRUCache<string, Promise<IntakeReceipt>>({ max: RECENT_BATCHES });
	readonly #room: RoomQueue;
	readonly #watermarks: Watermarks;

	constructor(parts: BetaIntakeParts) {
		this.#parts = parts;
		const { config } = parts;
		this.#room = new RoomQueue(config.transformQueueCapacity);
		this.#watermarks = new Watermarks(config, (change) => {
			parts.events.emit('backPressure', change);
			parts.onBackPressure?.(change);
		});
	}

	/**
	 * Checks a batch and queues its records. While the queue has no room for all of them the answer waits, so that the
	 * sender keeps the batch; a batch that could never fit is rejected.
	 * @throws IntakeClosedError when the module stops before there is room
	 */
	accept(transfer: IntakeTransfer): Promise<IntakeReceipt> {
		const { batchId } = transfer.metadata;
		const known = this.#recent.get(batchId);
		if (known) return this.#duplicate(transfer, known);
		const receipt = this.#admit(transfer);
		this.#recent.set(batchId, receipt);
		receipt.then(
			({ acknowledgment }) => acknowledgment.status === 'REJECTED' && this.#recent.delete(batchId),
			() => this.#recent.delete(batchId),
		);
		return receipt;
	}

	/** The next record, highest priority first; `undefined` when none waits. */
	dequeue(): ValidatedRecord | undefined {
		const record = this.#queue.dequeue();
		if (record === undefined) return undefined;
		this.#watermarks.changed(this.#queue.size);
		this.#room.release(1);
		return record;
	}

	/** Queues one record outside any batch: a replay. It may exceed the capacity. */
	requeue(record: ValidatedRecord, unit: WorkUnit): void {
		this.#room.take(1);
		this.#enqueue(record, unit);
		this.#parts.onQueued?.();
	}

	/** What is known of a queued or dequeued record. */
	unitOf(record: ValidatedRecord): WorkUnit | undefined {
		return this.#units.get(record);
	}

	/** Refuses batches from now on, also those that wait for room. Queued records can still be dequeued. */
	close(): void {
		this.#room.close(new IntakeClosedError());
	}

	get depth(): number {
		return this.#queue.size;
	}

	get capacity(): number {
		return this.#parts.config.transformQueueCapacity;
	}

	get isBackPressureActive(): boolean {
		return this.#watermarks.isActive;
	}

	/** Batches that wait for room. */
	get waitingBatches(): number {
		return this.#room.waiting;
	}

	async #duplicate(transfer: IntakeTransfer, known: Promise<IntakeReceipt>): Promise<IntakeReceipt> {
		const receipt = await known;
		this.#report(transfer, 'DUPLICATE');
		return { ...receipt, outcome: 'DUPLICATE' };
	}

	async #admit(transfer: IntakeTransfer): Promise<IntakeReceipt> {
		const startedMs = this.#parts.runtime.now();
		const profile = this.#parts.profiles.get(this.#profileId(transfer));
		const refusal = this.#refusal(transfer, profile);
		if (refusal || !profile) return this.#rejected(transfer, refusal ?? 'UNKNOWN_PROFILE', startedMs);
		const combined = this.#parts.combiner.combine(transfer.records, profile);
		if (combined.length > this.capacity) return this.#rejected(transfer, 'CAPACITY_EXCEEDED', startedMs);
		await this.#room.reserve(combined.length);
		const ledger = this.#queueAll(transfer, combined, profile);
		this.#report(transfer, 'ACCEPTED');
		this.#parts.onQueued?.();
		const acknowledgment = this.#acknowledgment(transfer, 'RECEIVED', transfer.records.length, startedMs);
		return { outcome: 'ACCEPTED', acknowledgment, processed: ledger.processed };
	}

	#refusal(transfer: IntakeTransfer, profile: CompiledProfile | undefined): IntakeOutcome | undefined {
		const { metadata, records } = transfer;
		if (!checkMetadata(metadata)) return 'INVALID_METADATA';
		if (metadata.recordCount !== records.length) return 'COUNT_MISMATCH';
		const verify = this.#parts.config.verifyTransferChecksum;
		if (verify && checksumOf(records) !== metadata.checksum) return 'CHECKSUM_MISMATCH';
		if (!profile) return 'UNKNOWN_PROFILE';
		return this.#parts.profiles.isSuspended(profile.profile.profileId) ? 'PROFILE_SUSPENDED' : undefined;
	}

	#queueAll(transfer: IntakeTransfer, combined: readonly CombinedRecord[], profile: CompiledProfile): BatchLedger {
		const { batchId } = transfer.metadata;
		const ledger = new BatchLedger(batchId, transfer.records.length, this.#parts.runtime);
		void ledger.processed.then((acknowledgment) => this.#parts.events.emit('batchProcessed', acknowledgment));
		const shared = {
			batchId,
			profile,
			ledger,
			priority: transfer.priority ?? 'NORMAL',
			correlationId: transfer.header?.correlationId ?? batchId,
		} as const;
		combined.forEach(({ record, sources }, index) => {
			ledger.open(sources);
			this.#enqueue(record, { ...shared, index, sources, isLastOfBatch: index === combined.length - 1 });
		});
		return ledger;
	}

	#enqueue(record: ValidatedRecord, unit: WorkUnit): void {
		this.#units.set(record, unit);
		this.#queue.enqueue(record, unit.priority);
		this.#watermarks.changed(this.#queue.size);
	}

	#rejected(transfer: IntakeTransfer, outcome: IntakeOutcome, startedMs: number): IntakeReceipt {
		this.#report(transfer, outcome);
		const acknowledgment = this.#acknowledgment(transfer, 'REJECTED', 0, startedMs);
		return { outcome, acknowledgment, processed: Promise.resolve(acknowledgment) };
	}

	#acknowledgment(
		{ metadata, records }: IntakeTransfer,
		status: 'RECEIVED' | 'REJECTED',
		recordsAccepted: number,
		startedMs: number,
	): AcknowledgmentPayload {
		const processingDurationMs = Math.round(this.#parts.runtime.elapsedMs(startedMs));
		const recordsRejected = records.length - recordsAccepted;
		return { batchId: metadata.batchId, status, recordsAccepted, recordsRejected, processingDurationMs };
	}

	#report(transfer: IntakeTransfer, outcome: IntakeOutcome): void {
		this.#parts.events.emit('batchReceived', {
			batchId: transfer.metadata.batchId,
			outcome,
			recordCount: transfer.records.length,
			profileId: this.#profileId(transfer),
			priority: transfer.priority ?? 'NORMAL',
		});
	}

	#profileId(transfer: IntakeTransfer): string {
		return transfer.transformationProfile ?? this.#parts.config.transformProfileDefault;
	}
}
