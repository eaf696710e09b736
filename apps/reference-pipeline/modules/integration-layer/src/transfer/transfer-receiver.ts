import type { AcknowledgmentPayload, BatchTransfer, Edge, Runtime } from '@pipeline/model';
import { LRUCache } from 'lru-cache';
import type { IntegrationConfig } from '../config.ts';
import type { IntegrationEmitter } from '../layer/events.ts';
import type { AckSender } from './ack-sender.ts';
import { type BatchReceipt, type BatchWork, intakeOf, type ProcessedBatch, type TransferIntake } from './batch-work.ts';
import { integrityFaultOf } from './check-integrity.ts';

/** What a receiver works with. */
export interface TransferReceiverOptions {
	readonly edge: Edge;
	readonly runtime: Runtime;
	readonly config: IntegrationConfig;
	readonly events: IntegrationEmitter;
	readonly acks: AckSender;
	readonly work: BatchWork;
	/** Told when a batch is sent again that the module had no room for so far. */
	readonly onBusy: (transfer: BatchTransfer) => void;
	/** Told when the module failed on a batch. It is forgotten then, so that it is processed when it is sent again. */
	readonly onFailed: (transfer: BatchTransfer, error: unknown) => void;
}

/** Pause before a batch that found no room is offered to the module again, in milliseconds. */
const OFFER_AGAIN_MS = 50;

/**
 * Takes batches in: checks them, hands them over, says RECEIVED, then PROCESSED. A batch it knows gets its last answer
 * again.
 */
export class TransferReceiver {
	readonly edge: Edge;
	readonly #options: TransferReceiverOptions;
	readonly #intake: TransferIntake;
	readonly #answers: LRUCache<string, AcknowledgmentPayload>;
	readonly #admitting = new Set<string>();
	readonly #stopped = new AbortController();
	#processing = 0;

	constructor(options: TransferReceiverOptions) {
		this.#options = options;
		this.#intake = intakeOf(options.work);
		this.edge = options.edge;
		this.#answers = new LRUCache({ max: options.config.recentBatches });
	}

	/** Batches being processed. */
	get processing(): number {
		return this.#processing;
	}

	/** Batches that the module did not take yet. */
	get admitting(): number {
		return this.#admitting.size;
	}

	/**
	 * Resolves with the first acknowledgment, or the last one of a batch that is known; with undefined when the batch is
	 * still being admitted or the module failed on it.
	 */
	async receive(transfer: BatchTransfer): Promise<AcknowledgmentPayload | undefined> {
		const { batchId } = transfer.metadata;
		const { events, acks } = this.#options;
		const known = this.#answers.get(batchId);
		if (known !== undefined || this.#admitting.has(batchId)) {
			events.emit('integrityFailed', { edge: this.edge, batchId, check: 'DUPLICATE' });
			if (known !== undefined) return acks.send(transfer, known);
			this.#options.onBusy(transfer);
			return undefined;
		}
		const fault = integrityFaultOf(transfer);
		if (fault === undefined) return this.#admit(transfer);
		events.emit('integrityFailed', { edge: this.edge, batchId, ...fault });
		return acks.send(transfer, refusalOf(transfer));
	}

	/** Waits for the end of a batch that the module took and says PROCESSED; undefined when the module failed. */
	async process(
		transfer: BatchTransfer,
		processed: Promise<ProcessedBatch>,
	): Promise<AcknowledgmentPayload | undefined> {
		const { runtime } = this.#options;
		const startedMs = runtime.now();
		this.#processing++;
		try {
			const { recordsAccepted, recordsRejected } = await processed;
			const processingDurationMs = Math.round(runtime.elapsedMs(startedMs));
			const { batchId } = transfer.metadata;
			return await this.#answer(transfer, {
				batchId,
				status: 'PROCESSED',
				recordsAccepted,
				recordsRejected,
				processingDurationMs,
			});
		} catch (error) {
			this.#fail(transfer, error);
			return undefined;
		} finally {
			this.#processing--;
		}
	}

	/** Takes no batch in any more; the ones being processed go on. */
	stop(): void {
		this.#stopped.abort();
	}

	async #admit(transfer: BatchTransfer): Promise<AcknowledgmentPayload | undefined> {
		const { batchId, recordCount } = transfer.metadata;
		this.#admitting.add(batchId);
		try {
			const receipt = await this.#offer(transfer);
			if (receipt.acknowledgment.status === 'REJECTED') {
				receipt.processed.catch(() => undefined);
				return await this.#options.acks.send(transfer, refusalOf(transfer));
			}
			const received = { batchId, recordsAccepted: recordCount, recordsRejected: 0, processingDurationMs: 0 };
			const answer = this.#answer(transfer, { ...received, status: 'RECEIVED' });
			// Not awaited: the batch counts as received whatever becomes of the acknowledgment.
			void answer.catch(() => undefined).then(() => this.process(transfer, receipt.processed));
			receipt.processed.catch(() => undefined);
			return await answer;
		} catch (error) {
			this.#fail(transfer, error);
			return undefined;
		} finally {
			this.#admitting.delete(batchId);
		}
	}

	async #offer(transfer: BatchTransfer): Promise<BatchReceipt> {
		for (;;) {
			this.#stopped.signal.throwIfAborted();
			const receipt = await this.#intake(transfer);
			if (receipt !== undefined) return receipt;
			await this.#options.runtime.sleep(OFFER_AGAIN_MS, this.#stopped.signal);
		}
	}

	#answer(transfer: BatchTransfer, payload: AcknowledgmentPayload): Promise<AcknowledgmentPayload> {
		this.#answers.set(transfer.metadata.batchId, payload);
		return this.#options.acks.send(transfer, payload);
	}

	#fail(transfer: BatchTransfer, error: unknown): void {
		this.#answers.delete(transfer.metadata.batchId);
		if (!this.#stopped.signal.aborted) this.#options.onFailed(transfer, error);
	}
}

function refusalOf({ metadata, records }: BatchTransfer): AcknowledgmentPayload {
	const { batchId } = metadata;
	return { batchId, status: 'REJECTED', recordsAccepted: 0, recordsRejected: records.length, processingDurationMs: 0 };
}
