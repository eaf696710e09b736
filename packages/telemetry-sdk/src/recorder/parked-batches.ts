import { BoundedMap } from '@pipeline/telemetry-core';
import { FIRST_ENTRY } from './layout.ts';

const MAX_BATCHES = 4_096;

/**
 * With which batch each parked receipt left. Receipts lose their room in the order in which they got it, so one number for each is enough.
 * At most 4,096 batches are known by name, and as many as released; an older release is forgotten, and its records count as undecided.
 */
export class ParkedBatches {
	/** Batch numbers, one for each parked receipt, the oldest at `#first`. */
	readonly #numbers: Int32Array;
	readonly #mask: number;
	readonly #known = new BoundedMap<string, number>(MAX_BATCHES);
	readonly #released = new BoundedMap<number, true>(MAX_BATCHES);
	/** Receipts of each batch that was not released. */
	readonly #waiting = new Map<number, number>();
	#total = 0;
	#first = 0;
	#next = 0;
	#last = 0;

	/** @param receiptWords words that receipts may take together */
	constructor(receiptWords: number) {
		const most = 2 ** Math.ceil(Math.log2(Math.max(1, receiptWords / FIRST_ENTRY)));
		this.#numbers = new Int32Array(most);
		this.#mask = most - 1;
	}

	/** Receipts whose batches were not released. */
	get waiting(): number {
		return this.#total;
	}

	/** The number of a batch. */
	numberOf(batchId: string): number {
		const known = this.#known.get(batchId);
		if (known !== undefined) return known;
		const number = ++this.#last;
		this.#known.set(batchId, number);
		return number;
	}

	/** The newest receipt left with this batch. */
	park(number: number): void {
		this.#numbers[this.#next++ & this.#mask] = number;
		this.#waiting.set(number, (this.#waiting.get(number) ?? 0) + 1);
		this.#total++;
	}

	/** The oldest parked receipt loses its room. @returns whether its batch was released */
	leave(): boolean {
		const number = this.#numbers[this.#first++ & this.#mask]!;
		const left = this.#waiting.get(number);
		if (left === undefined) return this.#released.has(number);
		this.#total--;
		if (left > 1) this.#waiting.set(number, left - 1);
		else this.#waiting.delete(number);
		return false;
	}

	/** All records of the batch have ended; an unknown one is ignored. */
	release(batchId: string): void {
		const number = this.#known.get(batchId);
		if (number === undefined) return;
		this.#known.delete(batchId);
		this.#released.set(number, true);
		this.#total -= this.#waiting.get(number) ?? 0;
		this.#waiting.delete(number);
	}
}
