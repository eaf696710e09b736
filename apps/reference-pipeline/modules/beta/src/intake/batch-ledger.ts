import type { AcknowledgmentPayload, Runtime } from '@pipeline/model';

/** Counts the records of one batch until each one has come to an end. */
export class BatchLedger {
	readonly batchId: string;
	readonly processed: Promise<AcknowledgmentPayload>;
	readonly #runtime: Runtime;
	readonly #startedMs: number;
	/** Open units per record of the batch: more than one after a split, a shared one after a merge. */
	readonly #open: number[];
	readonly #failed: boolean[];
	#unfinished: number;
	#settle: (acknowledgment: AcknowledgmentPayload) => void = () => undefined;

	constructor(batchId: string, recordCount: number, runtime: Runtime) {
		this.batchId = batchId;
		this.#runtime = runtime;
		this.#startedMs = runtime.now();
		this.#open = new Array<number>(recordCount).fill(0);
		this.#failed = new Array<boolean>(recordCount).fill(false);
		this.#unfinished = recordCount;
		this.processed = new Promise((resolve) => {
			this.#settle = resolve;
		});
		if (recordCount === 0) this.#finish();
	}

	get isFinished(): boolean {
		return this.#unfinished === 0;
	}

	/** Adds a unit of work that stands for these records of the batch. */
	open(sources: readonly number[]): void {
		for (const at of sources) this.#open[at] = (this.#open[at] ?? 0) + 1;
	}

	/** Ends a unit. A record counts as rejected when one of its units failed. */
	close(sources: readonly number[], accepted: boolean): void {
		for (const at of sources) {
			this.#open[at] = (this.#open[at] ?? 0) - 1;
			if (!accepted) this.#failed[at] = true;
			if (this.#open[at] === 0) this.#unfinished -= 1;
		}
		if (this.#unfinished === 0) this.#finish();
	}

	#finish(): void {
		const recordsRejected = this.#failed.filter(Boolean).length;
		this.#settle({
			batchId: this.batchId,
			status: 'PROCESSED',
			recordsAccepted: this.#failed.length - recordsRejected,
			recordsRejected,
			processingDurationMs: Math.round(this.#runtime.elapsedMs(this.#startedMs)),
		});
	}
}
