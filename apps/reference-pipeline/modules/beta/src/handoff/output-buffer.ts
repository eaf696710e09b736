import { type BetaGammaBatch, type TransformedRecord, UnprocessedBatches } from '@pipeline/model';
import type { BetaConfig } from '../config/config.ts';
import type { BetaAssembler, FlushReason } from './beta-assembler.ts';
import { type BetaHandoff, type HandoffOutcome, REFUSED } from './beta-handoff.ts';

/** Batches that may wait for their acknowledgment before no more records are taken. */
const MAX_WAITING_BATCHES = 4;

/** What the buffer works with. */
export interface OutputBufferParts {
	readonly config: Pick<BetaConfig, 'betaGammaBatchSize' | 'betaGammaFlushTimeoutMs'>;
	readonly assembler: BetaAssembler;
	readonly handoff: BetaHandoff;
	/** Whether a batch may be closed because time has passed. */
	readonly usesTimer: boolean;
	readonly onAssembled: (batch: BetaGammaBatch, reason: FlushReason) => void;
	/** What became of a batch. Twice for one that was received and refused later. */
	readonly onSettled: (batch: BetaGammaBatch, outcome: HandoffOutcome) => void;
}

/** Collects transformed records into batches and sends them one after the other. */
export class OutputBuffer {
	readonly #parts: OutputBufferParts;
	readonly #unprocessed = new UnprocessedBatches<BetaGammaBatch>();
	#records: TransformedRecord[] = [];
	#sending = 0;
	#chain: Promise<void> = Promise.resolve();
	#timer: NodeJS.Timeout | undefined;

	constructor(parts: OutputBufferParts) {
		this.#parts = parts;
		parts.handoff.onProcessed((acknowledgment) => {
			const refused = this.#unprocessed.ended(acknowledgment);
			if (refused !== undefined) parts.onSettled(refused, REFUSED);
		});
	}

	/** Records that wait: for their batch to fill or for its acknowledgment. */
	get depth(): number {
		return this.#records.length + this.#sending;
	}

	get capacity(): number {
		return this.#parts.config.betaGammaBatchSize * MAX_WAITING_BATCHES;
	}

	get isFull(): boolean {
		return this.depth >= this.capacity;
	}

	add(record: TransformedRecord): void {
		this.#records.push(record);
		if (this.#records.length >= this.#parts.config.betaGammaBatchSize) {
			this.flush('SIZE');
			return;
		}
		if (!this.#parts.usesTimer || this.#timer) return;
		this.#timer = setTimeout(() => this.flush('TIMEOUT'), this.#parts.config.betaGammaFlushTimeoutMs);
	}

	/** Closes the batch that is being filled, if it has any record. */
	flush(reason: FlushReason): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		if (this.#records.length === 0) return;
		const batch = this.#parts.assembler.assemble(this.#records, reason);
		this.#records = [];
		this.#parts.onAssembled(batch, reason);
		this.#sending += batch.records.length;
		this.#chain = this.#chain.then(() => this.#send(batch));
	}

	/** Sends what is left and waits until every batch is settled. */
	async drain(): Promise<void> {
		this.flush('DRAIN');
		await this.#chain;
	}

	async #send(batch: BetaGammaBatch): Promise<void> {
		const { handoff, onSettled } = this.#parts;
		this.#unprocessed.sent(batch);
		const outcome = await handoff.send(batch);
		this.#sending -= batch.records.length;
		onSettled(batch, outcome);
		if (outcome.status !== 'RECEIVED') return this.#unprocessed.lost(batch);
		const refused = this.#unprocessed.received(batch);
		if (refused !== undefined) onSettled(refused, REFUSED);
	}
}
