import type { FoundMessage } from './spool-messages.ts';

/** Whoever looks for receipts. */
export interface ReceiptFinder {
	/** Told of each. */
	readonly found: (words: Int32Array, at: number) => void;
	/** Told once that there are no more. */
	readonly onEnd: () => void;
}

/** Those who wait for what the spool's thread finds, by the number of their request. */
export class ReceiptFinders {
	readonly #finders = new Map<number, ReceiptFinder>();

	add(request: number, finder: ReceiptFinder): void {
		this.#finders.set(request, finder);
	}

	receive({ request, receipts, isLast }: FoundMessage): void {
		const finder = this.#finders.get(request);
		for (const receipt of receipts) finder?.found(receipt, 0);
		if (isLast) this.#end(request);
	}

	/** Nothing will be found any more. */
	endAll(): void {
		for (const request of [...this.#finders.keys()]) this.#end(request);
	}

	#end(request: number): void {
		const finder = this.#finders.get(request);
		this.#finders.delete(request);
		finder?.onEnd();
	}
}
