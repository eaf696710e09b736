import type { ValidationTally } from './buffer/batch-assembler.ts';
import type { AlphaTotals } from './events.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Counts what became of records: since the start, and since the last batch. */
export class Tally {
	readonly #totals: Mutable<AlphaTotals> = {
		fetched: 0,
		ingested: 0,
		parseFailed: 0,
		rejected: 0,
		quarantined: 0,
		handedOff: 0,
		lost: 0,
	};
	#validated = 0;
	#failed = 0;
	#breakdown: Record<string, number> = {};

	get totals(): AlphaTotals {
		return { ...this.#totals };
	}

	add(what: keyof AlphaTotals, count: number): void {
		this.#totals[what] += count;
	}

	validated(errorCodes: readonly string[], isFailed: boolean): void {
		this.#validated++;
		if (isFailed) this.#failed++;
		for (const code of errorCodes) this.#breakdown[code] = (this.#breakdown[code] ?? 0) + 1;
	}

	/** The counts since this was last called. */
	takeSummary(): ValidationTally {
		const summary = { validated: this.#validated, failed: this.#failed, errorBreakdown: this.#breakdown };
		this.#validated = 0;
		this.#failed = 0;
		this.#breakdown = {};
		return summary;
	}
}
