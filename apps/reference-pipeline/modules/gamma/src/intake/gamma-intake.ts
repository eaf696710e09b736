import {
	type BetaGammaBatchTransfer,
	isoOf,
	type Priority,
	type Runtime,
	type TransformedRecord,
} from '@pipeline/model';
import { type BatchCompletionReport, batchReport } from '../completion/batch-report.ts';
import type { GammaConfig } from '../config/gamma-config.ts';
import type { RecordContext } from '../delivery/delivery-progress.ts';
import type { GammaEmitter } from '../gamma-events.ts';
import { recordKey } from '../record-key.ts';
import { PriorityQueue } from './priority-queue.ts';
import type { CompletedRecord, RecordWindow } from './record-window.ts';

/** How the records of a batch are treated. */
export interface DeliveryProfile {
	/** @default NORMAL */
	readonly priority?: Priority;
	/** Time from receipt after which a record expires, in milliseconds. @default never */
	readonly timeToLiveMs?: number;
}

/** What a batch may ask for. */
export interface IntakeOptions {
	readonly priority?: Priority;
	readonly deliveryProfile?: string;
	/** Deadline, ISO 8601. */
	readonly expiration?: string;
}

/** The part of a transfer the intake reads. */
export type IncomingBatch = Pick<BetaGammaBatchTransfer, 'records'> & {
	readonly metadata: Pick<BetaGammaBatchTransfer['metadata'], 'batchId'>;
};

/** Whether a batch was taken. A refused one must be sent again later: nothing of it was kept. */
export type IntakeOutcome =
	| {
			readonly status: 'ACCEPTED';
			readonly batchId: string;
			readonly accepted: number;
			/** Records known from before: their results are reported again, they are not delivered again. */
			readonly duplicates: number;
			/** Resolves when every result is final. Rejects with GammaStoppedError when the module stops first. */
			readonly completed: Promise<BatchCompletionReport>;
	  }
	| {
			readonly status: 'REFUSED';
			readonly batchId: string;
			readonly reason: 'QUEUE_FULL' | 'UNKNOWN_PROFILE' | 'NOT_ACCEPTING' | 'INVALID_EXPIRATION';
	  };

/** What the intake works with. */
export interface GammaIntakeParts {
	readonly config: GammaConfig;
	readonly runtime: Runtime;
	readonly events: GammaEmitter;
	readonly window: RecordWindow;
	readonly profiles: Readonly<Record<string, DeliveryProfile>>;
	readonly isAccepting: () => boolean;
}

/** Takes batches and hands out their records by priority. */
export class GammaIntake {
	readonly parts: GammaIntakeParts;
	private readonly queue = new PriorityQueue<TransformedRecord>();
	private readonly contexts = new WeakMap<TransformedRecord, RecordContext>();
	private isUnderPressure = false;

	constructor(parts: GammaIntakeParts) {
		this.parts = parts;
	}

	/** Records waiting. */
	get depth(): number {
		return this.queue.size;
	}

	get capacity(): number {
		return this.parts.config.deliveryQueueCapacity;
	}

	/** Takes a batch as a whole or not at all. One larger than the queue is taken when the queue is empty. */
	accept(transfer: IncomingBatch, options: IntakeOptions = {}): IntakeOutcome {
		const { batchId } = transfer.metadata;
		const profile = this.profileOf(options);
		const expirationMs = options.expiration === undefined ? undefined : Date.parse(options.expiration);
		if (!this.parts.isAccepting()) return { status: 'REFUSED', batchId, reason: 'NOT_ACCEPTING' };
		if (profile === undefined) return { status: 'REFUSED', batchId, reason: 'UNKNOWN_PROFILE' };
		if (Number.isNaN(expirationMs)) return { status: 'REFUSED', batchId, reason: 'INVALID_EXPIRATION' };
		const fresh = this.freshRecords(transfer.records);
		const fits = this.depth + fresh.size <= this.capacity || this.depth === 0;
		if (!fits) return { status: 'REFUSED', batchId, reason: 'QUEUE_FULL' };
		return this.take(
			transfer,
			fresh,
			this.contextOf(batchId, profile, expirationMs),
			options.priority ?? profile.priority ?? 'NORMAL',
		);
	}

	/** Takes a record that an earlier process left. False when it is known already. */
	restore(record: TransformedRecord, context: RecordContext, priority: Priority = 'HIGH'): boolean {
		if (this.parts.window.find(recordKey(record)) !== undefined) return false;
		this.admit(record, context, priority);
		return true;
	}

	/** Notes a record that is not known yet and queues it. */
	admit(record: TransformedRecord, context: RecordContext, priority: Priority): void {
		void this.parts.window.begin(recordKey(record));
		this.contexts.set(record, context);
		this.queue.enqueue(record, priority);
	}

	/** The next record: CRITICAL before HIGH before NORMAL, first in first out within. */
	dequeue(): TransformedRecord | undefined {
		const record = this.queue.dequeue();
		this.signalPressure();
		return record;
	}

	/** What a record brought along; receipt is now for one that did not come through here. */
	recordContext(record: TransformedRecord): RecordContext {
		return this.contexts.get(record) ?? { batchId: '', receivedAtMs: this.parts.runtime.now() };
	}

	private profileOf({ deliveryProfile }: IntakeOptions): DeliveryProfile | undefined {
		const { profiles, config } = this.parts;
		const name = deliveryProfile ?? config.deliveryProfileDefault;
		return Object.hasOwn(profiles, name) ? profiles[name] : undefined;
	}

	private freshRecords(records: readonly TransformedRecord[]): Map<string, TransformedRecord> {
		const fresh = new Map<string, TransformedRecord>();
		for (const record of records) {
			const key = recordKey(record);
			if (!fresh.has(key) && this.parts.window.find(key) === undefined) fresh.set(key, record);
		}
		return fresh;
	}

	private contextOf(batchId: string, { timeToLiveMs }: DeliveryProfile, expirationMs?: number): RecordContext {
		const receivedAtMs = this.parts.runtime.now();
		const ownDeadlineMs = timeToLiveMs === undefined ? undefined : receivedAtMs + timeToLiveMs;
		const deadlines = [expirationMs, ownDeadlineMs].filter((deadline) => deadline !== undefined);
		if (deadlines.length === 0) return { batchId, receivedAtMs };
		return { batchId, receivedAtMs, expiresAtMs: Math.min(...deadlines) };
	}

	private take(
		transfer: IncomingBatch,
		fresh: ReadonlyMap<string, TransformedRecord>,
		context: RecordContext,
		priority: Priority,
	): IntakeOutcome {
		for (const record of fresh.values()) this.admit(record, context, priority);
		this.signalPressure();
		const ends = transfer.records.map((record) => this.parts.window.find(recordKey(record))!);
		const duplicates = transfer.records.length - fresh.size;
		const completed = this.report(context, ends, duplicates);
		completed.catch(() => undefined);
		return { status: 'ACCEPTED', batchId: context.batchId, accepted: fresh.size, duplicates, completed };
	}

	private async report(
		{ batchId, receivedAtMs }: RecordContext,
		ends: readonly Promise<CompletedRecord>[],
		duplicates: number,
	): Promise<BatchCompletionReport> {
		const records = await Promise.all(ends);
		const { runtime, events } = this.parts;
		const batch = {
			batchId,
			duplicates,
			receivedAt: isoOf(receivedAtMs),
			completedAt: runtime.timestamp(),
			durationMs: runtime.elapsedMs(receivedAtMs),
		};
		const report = batchReport(batch, records);
		events.emit('batchCompleted', report);
		return report;
	}

	private signalPressure(): void {
		const { backpressureHighWatermark: high, backpressureLowWatermark: low } = this.parts.config;
		const fill = this.depth / this.capacity;
		const isActive = this.isUnderPressure ? fill >= low : fill >= high;
		if (isActive === this.isUnderPressure) return;
		this.isUnderPressure = isActive;
		this.parts.events.emit('backPressure', { isActive, depth: this.depth, capacity: this.capacity });
	}
}
