interface Opened {
	readonly ref: string;
	open: number;
}

/**
 * Which raw records may be acknowledged to their source: those whose records have all been handed over or queued, and every one
 * before them. So a source that resumes behind the last acknowledged one loses nothing.
 */
export class SourceLedger {
	readonly #order: Opened[] = [];
	readonly #byRecord = new Map<string, Opened>();

	/** Takes in a raw record and the records that came of it; with none of them it is settled at once. */
	open(ref: string, recordIds: readonly string[]): void {
		const opened = { ref, open: recordIds.length };
		this.#order.push(opened);
		for (const recordId of recordIds) this.#byRecord.set(recordId, opened);
	}

	/** The record is in the next module or in a queue. */
	settle(recordId: string): void {
		const opened = this.#byRecord.get(recordId);
		if (opened === undefined) return;
		this.#byRecord.delete(recordId);
		opened.open--;
	}

	/** References to acknowledge, in order, each once. */
	take(): string[] {
		const firstOpen = this.#order.findIndex(({ open }) => open > 0);
		return this.#order.splice(0, firstOpen === -1 ? this.#order.length : firstOpen).map(({ ref }) => ref);
	}
}
