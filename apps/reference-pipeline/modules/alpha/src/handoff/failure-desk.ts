import type {
	AlphaBetaBatch,
	ParsedRecord,
	QueueEntry,
	RawRecord,
	TypedEmitter,
	ValidatedRecord,
} from '@pipeline/model';
import type { AlphaConfig } from '../config/config.ts';
import type { AlphaEvents } from '../events.ts';
import { refOf } from '../parse/record-parser.ts';
import type { ValidationOutcome } from '../validation/validation-engine.ts';
import type { AlphaErrorQueue, AlphaQueue } from './alpha-error-queue.ts';

/** Anything that can be queued and replayed. */
export type QueuedItem = RawRecord | ParsedRecord | ValidatedRecord;

interface Failure {
	readonly queue: AlphaQueue;
	readonly errorCode: string;
	readonly errorMessage: string;
	readonly retentionHours: number;
	readonly failureSeverity?: string | undefined;
	readonly batchId?: string | undefined;
}

/** Puts what failed into its queue and says that its way ended here. */
export class FailureDesk {
	readonly #queue: AlphaErrorQueue;
	readonly #config: AlphaConfig;
	readonly #events: TypedEmitter<AlphaEvents>;
	/** Items that come from a replay, and the entry that each comes from. */
	readonly #replays = new WeakMap<object, QueueEntry>();

	constructor(queue: AlphaErrorQueue, config: AlphaConfig, events: TypedEmitter<AlphaEvents>) {
		this.#queue = queue;
		this.#config = config;
		this.#events = events;
	}

	/** The item is a replay: when it fails again, its replays are counted on, and it is still known where it failed first. */
	markReplayed(item: object, entry: QueueEntry): void {
		this.#replays.set(item, entry);
	}

	/** What was made of a replayed item is replayed too. */
	inheritReplay(from: object, to: object): void {
		const entry = this.#replays.get(from);
		if (entry !== undefined) this.#replays.set(to, entry);
	}

	parseFailed(raw: RawRecord, errorCode: string): void {
		const retentionHours = this.#config.parseErrorRetentionHours;
		this.#put(raw, { queue: 'PARSE', errorCode, errorMessage: 'the record cannot be parsed', retentionHours });
		this.#events.emit('recordTerminal', { ref: refOf(raw), outcome: 'DROPPED', queue: 'PARSE' });
	}

	rejected(parsed: ParsedRecord, { disposition, failures, failure }: ValidationOutcome): void {
		const worst = failure?.failedRules.at(-1) ?? failures[0];
		const queue = disposition === 'CRITICAL' ? 'CRITICAL' : 'VALIDATION';
		this.#put(parsed, {
			queue,
			errorCode: worst?.errorCode ?? 'VAL_999_UNKNOWN',
			errorMessage: worst?.errorMessage ?? '',
			retentionHours: queue === 'CRITICAL' ? this.#criticalHours : this.#config.validationErrorRetentionHours,
			failureSeverity: failure?.failureSeverity,
		});
		const { rawRecordRef: ref, recordId } = parsed;
		const outcome = disposition === 'QUARANTINED' ? 'QUARANTINED' : 'REJECTED';
		this.#events.emit('recordTerminal', { ref, recordId, outcome, queue });
	}

	/** The batch could not be handed over. */
	lost({ batchId, records }: AlphaBetaBatch, errorCode: string): void {
		const errorMessage = 'the batch could not be handed over';
		for (const record of records) {
			this.#put(record, { queue: 'CRITICAL', errorCode, errorMessage, retentionHours: this.#criticalHours, batchId });
			const { parsedRecordRef: ref, recordId } = record;
			this.#events.emit('recordTerminal', { ref, recordId, outcome: 'DROPPED', queue: 'CRITICAL' });
		}
	}

	get #criticalHours(): number {
		return this.#config.criticalErrorRetentionDays * 24;
	}

	#put(item: QueuedItem, failure: Failure): void {
		const recordId = 'recordId' in item ? item.recordId : undefined;
		const ownBatchId = 'batchId' in item ? item.batchId : undefined;
		const { sourceId } = item;
		const replayOf = this.#replays.get(item);
		const batchId = failure.batchId ?? ownBatchId;
		this.#queue.enqueue(this.#queue.entryOf({ ...failure, item, recordId, batchId, sourceId, replayOf }));
	}
}
