const PAGE_LENGTH = 1_024;

/** Gives out runs of doubles that never move: growing adds a page, so that a handle may hold on to the run it writes to. */
export class ValuePages {
	#page = new Float64Array(0);
	#used = 0;
	#bytes = 0;

	/** Memory of all pages. */
	get bytes(): number {
		return this.#bytes;
	}

	/** A run of zeros. */
	allocate(length: number): Float64Array {
		if (this.#used + length > this.#page.length) {
			this.#page = new Float64Array(Math.max(PAGE_LENGTH, length));
			this.#used = 0;
			this.#bytes += this.#page.byteLength;
		}
		const from = this.#used;
		this.#used += length;
		return this.#page.subarray(from, this.#used);
	}
}
