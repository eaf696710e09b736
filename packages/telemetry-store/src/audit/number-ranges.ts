/** Whole numbers from and to, both included. */
export type NumberRange = readonly [from: number, to: number];

/**
 * Which numbers of an endless row 1, 2, 3… are there: all up to `top`, and ranges of later ones. It forgets the highest ranges when there are
 * too many: then it says less than there is, never more.
 */
export class NumberRanges {
	readonly #maxLater: number;
	#top: number;
	/** By number; neither touches its neighbour nor the top. */
	#later: [from: number, to: number][];
	/** Some beyond this number may have been forgotten. */
	#sureTo = Number.POSITIVE_INFINITY;

	constructor(maxLater: number, top = 0, later: readonly NumberRange[] = []) {
		this.#maxLater = maxLater;
		this.#top = top;
		this.#later = [];
		for (const [from, to] of later) this.addRange(from, to);
		if (later.length >= maxLater) this.#sureTo = later.at(-1)?.[1] ?? top;
	}

	/** All numbers from 1 to it are there. */
	get top(): number {
		return this.#top;
	}

	get later(): readonly NumberRange[] {
		return this.#later;
	}

	/** False: it is not there, or was forgotten. */
	has(number: number): boolean {
		if (number <= this.#top) return true;
		const at = this.#firstEndingAt(number);
		const range = this.#later[at];
		return range !== undefined && range[0] <= number;
	}

	/** Whether `has` is to be trusted when it says no. */
	isSureOf(number: number): boolean {
		return number <= this.#sureTo;
	}

	add(number: number): void {
		this.addRange(number, number);
	}

	addRange(from: number, to: number): void {
		if (to <= this.#top) return;
		if (from <= this.#top + 1) this.#top = to;
		else this.#insert(from, to);
		while (this.#later[0] !== undefined && this.#later[0][0] <= this.#top + 1) {
			this.#top = Math.max(this.#top, this.#later[0][1]);
			this.#later.shift();
		}
	}

	#insert(from: number, to: number): void {
		const first = this.#firstEndingAt(from - 1);
		let after = first;
		let [low, high] = [from, to];
		for (let range = this.#later[after]; range !== undefined && range[0] <= to + 1; range = this.#later[++after]) {
			low = Math.min(low, range[0]);
			high = Math.max(high, range[1]);
		}
		this.#later.splice(first, after - first, [low, high]);
		if (this.#later.length <= this.#maxLater) return;
		this.#later.pop();
		this.#sureTo = Math.min(this.#sureTo, this.#later.at(-1)?.[1] ?? this.#top);
	}

	/** Index of the first range that ends at the number or later. */
	#firstEndingAt(number: number): number {
		let low = 0;
		let high = this.#later.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if ((this.#later[middle]?.[1] ?? 0) < number) low = middle + 1;
			else high = middle;
		}
		return low;
	}
}
