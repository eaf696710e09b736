import { type AcknowledgmentPayload, type BatchTransfer, checksumOf, type Edge, type Runtime, type TypedEmitter } from '@pipeline/model';
import { LRUCache } from 'lru-cache';
import type { IntegrationConfig } from '../config.ts';
import type { AckSender } from './ack-sender.ts';
import type { IntegrationEvents } from './events.ts';

/** What a module made of a batch. */
export interface ProcessedBatch {
	readonly recordsAccepted: number;
	readonly recordsRejected: number;
}

/** Processes a batch; resolves when all its records are through the module. */
export type TransferHandler = (transfer: BatchTransfer) => Promise<ProcessedBatch>;

export interface TransferReceiverOptions {
	readonly edge: Edge;
	readonly runtime: Runtime;
	readonly config: IntegrationConfig;
	readonly events: TypedEmitter<IntegrationEvents>;
	readonly acks: AckSender;
	readonly handler: TransferHandler;
}

/** Takes batches in: checks them, says RECEIVED, hands them over, says PROCESSED. A batch it knows gets its last answer again. */
export class TransferReceiver {
	readonly edge: Edge;
	readonly #options: TransferReceiverOptions;
	readonly #answers: LRUCache<string, AcknowledgmentPayload>;
	#processing = 0;

	constructor(options: TransferReceiverOptions) {
		this.#options = options;
		this.edge = options.edge;
		this.#answers = new LRUCache({ max: options.config.recentBatches });
	}

	/** Batches being processed. */
	get processing(): number {
		return this.#processing;
	}

	/** Resolves with the last acknowledgment that was sent for the batch. */
	async receive(transfer: BatchTransfer): Promise<AcknowledgmentPayload> {
		const { batchId } = transfer.metadata;
		const known = this.#answers.get(batchId);
		if (known !== undefined) {
			this.#options.events.emit('integrityFailed', { edge: this.edge, batchId, check: 'DUPLICATE' });
			return this.#answer(transfer, known);
		}
		const fault = this.#faultOf(transfer);
		if (fault !== undefined) {
			this.#options.events.emit('integrityFailed', { edge: this.edge, batchId, ...fault });
			return this.#options.acks.send(transfer, this.#payload(transfer, 'REJECTED', 0, transfer.records.length, 0));
		}
		await this.#answer(transfer, this.#payload(transfer, 'RECEIVED', transfer.records.length, 0, 0));
		return this.#process(transfer);
	}

	async #process(transfer: BatchTransfer): Promise<AcknowledgmentPayload> {
		const { runtime, handler } = this.#options;
		const startedMs = runtime.now();
		this.#processing++;
		try {
			const { recordsAccepted, recordsRejected } = await handler(transfer);
			const payload = this.#payload(transfer, 'PROCESSED', recordsAccepted, recordsRejected, runtime.elapsedMs(startedMs));
			return await this.#answer(transfer, payload);
		} finally {
			this.#processing--;
		}
	}

	#answer(transfer: BatchTransfer, payload: AcknowledgmentPayload): Promise<AcknowledgmentPayload> {
		this.#answers.set(transfer.metadata.batchId, payload);
		return this.#options.acks.send(transfer, payload);
	}

	#faultOf({ metadata, records }: BatchTransfer): { check: 'CHECKSUM' | 'COUNT'; expected: string; actual: string } | undefined {
		if (metadata.recordCount !== records.length) {
			return { check: 'COUNT', expected: String(metadata.recordCount), actual: String(records.length) };
		}
		const actual = checksumOf(records);
		return actual === metadata.checksum ? undefined : { check: 'CHECKSUM', expected: metadata.checksum, actual };
	}

	#payload(
		transfer: BatchTransfer,
		status: AcknowledgmentPayload['status'],
		recordsAccepted: number,
		recordsRejected: number,
		processingDurationMs: number,
	): AcknowledgmentPayload {
		return { batchId: transfer.metadata.batchId, status, recordsAccepted, recordsRejected, processingDurationMs };
	}
}
