/** So many spans a second; what was not used in the last second can be used in this one. */
export class SpanBudget {
	readonly #perSecond: number;
	readonly #now: () => number;
	#left: number;
	#at: number;

	/** @param now monotonic milliseconds */
	constructor(perSecond: number, now: () => number = () => performance.now()) {
		this.#perSecond = perSecond;
		this.#now = now;
		this.#left = perSecond;
		this.#at = now();
	}

	/** @returns whether there is room for one more */
	take(): boolean {
		const now = this.#now();
		this.#left = Math.min(this.#perSecond, this.#left + ((now - this.#at) / 1_000) * this.#perSecond);
		this.#at = now;
		if (this.#left < 1) return false;
		this.#left--;
		return true;
	}
}
