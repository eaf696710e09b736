/** Share of failures among the last outcomes. */
export class RateWindow {
	readonly #outcomes: boolean[] = [];
	readonly #size: number;
	readonly #minimum: number;
	#next = 0;
	#failures = 0;

	/** @param minimum outcomes needed before the rate says anything */
	constructor(size: number, minimum: number) {
		this.#size = size;
		this.#minimum = minimum;
	}

	add(failed: boolean): void {
		if (this.#outcomes[this.#next]) this.#failures -= 1;
		this.#outcomes[this.#next] = failed;
		if (failed) this.#failures += 1;
		this.#next = (this.#next + 1) % this.#size;
	}

	/** 0 to 1; 0 while there are too few outcomes. */
	get rate(): number {
		const count = this.#outcomes.length;
		return count < this.#minimum ? 0 : this.#failures / count;
	}

	clear(): void {
		this.#outcomes.length = 0;
		this.#next = 0;
		this.#failures = 0;
	}
}
