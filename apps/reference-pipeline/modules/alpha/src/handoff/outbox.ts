import {
	type AlphaBetaBatch,
	type BatchSender,
	TransferError,
	type TypedEmitter,
	UnprocessedBatches,
} from '@pipeline/model';
import type { AlphaEvents } from '../events.ts';
import type { Tally } from '../tally.ts';
import type { FailureDesk } from './failure-desk.ts';
import type { Handoff } from './handoff.ts';

/** The receiver refused a batch. */
const REFUSED = 'INT_BETA_001';

export interface OutboxOptions {
	readonly sender: BatchSender<AlphaBetaBatch>;
	readonly handoff: Handoff;
	readonly tally: Tally;
	readonly failures: FailureDesk;
	readonly events: TypedEmitter<AlphaEvents>;
}

/** Batches on their way: counts what became of them, and queues the records of those that were refused or never arrived. */
export class Outbox {
	readonly #options: OutboxOptions;
	readonly #unprocessed = new UnprocessedBatches<AlphaBetaBatch>();

	constructor(options: OutboxOptions) {
		this.#options = options;
		options.sender.onProcessed((acknowledgment) => {
			const refused = this.#unprocessed.ended(acknowledgment);
			if (refused !== undefined) this.#refusedLate(refused);
		});
	}

	/** Resolves when the receiver has the batch, or its records are queued. */
	async send(batch: AlphaBetaBatch): Promise<void> {
		const { handoff, tally, events } = this.#options;
		this.#unprocessed.sent(batch);
		try {
			const { status } = await handoff.send(batch);
			if (status === 'REJECTED') throw new TransferError(REFUSED, batch.batchId, 2, 'the batch was refused');
		} catch (error) {
			this.#unprocessed.lost(batch);
			this.#lost(batch, error instanceof TransferError ? error.code : 'INT_999_UNKNOWN');
			return;
		}
		tally.add('handedOff', batch.records.length);
		events.emit('batchHandedOff', { batch });
		const refused = this.#unprocessed.received(batch);
		if (refused !== undefined) this.#refusedLate(refused);
	}

	/** The receiver had the batch and refuses it now: its records are not handed over after all. */
	#refusedLate(batch: AlphaBetaBatch): void {
		this.#options.tally.add('handedOff', -batch.records.length);
		this.#lost(batch, REFUSED);
	}

	#lost(batch: AlphaBetaBatch, errorCode: string): void {
		const { tally, failures, events } = this.#options;
		tally.add('lost', batch.records.length);
		failures.lost(batch, errorCode);
		events.emit('batchLost', { batch, errorCode });
	}
}
