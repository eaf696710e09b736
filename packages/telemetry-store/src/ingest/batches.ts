/** Something of one request: so many rows, of so many bytes. */
export interface BatchPart {
	readonly rows: number;
	readonly bytes: number;
}

export interface BatchesOptions<Part> {
	/** Parts are stored together until they have so many rows; one part alone may have more. */
	readonly maxRows: number;
	/** Parts with few rows wait so long after the batch before them; one that comes later than that does not wait. */
	readonly maxDelayMs: number;
	/** Batches that are stored at the same time. @default 1 */
	readonly atOnce?: number;
	readonly store: (parts: readonly Part[]) => Promise<void>;
}

/** Of one batch: more is copied at a time than the event loop should wait for. */
const MAX_BYTES = 8_388_608;
/** A batch with so large a share of `maxRows` goes at once, and beside another one: each costs the store as much as thousands of rows do. */
const SHARES = { alone: 0.1, beside: 0.4 } as const;

interface Waiting<Part> {
	readonly part: Part;
	readonly resolve: () => void;
	readonly reject: (error: unknown) => void;
}

/** Stores the parts of many requests together, in batches in the order in which they came: a table takes few large batches better than many small ones. */
export class Batches<Part extends BatchPart> {
	readonly #options: BatchesOptions<Part>;
	readonly #waiting: Waiting<Part>[] = [];
	#rows = 0;
	readonly #storing = new Set<Promise<void>>();
	#storedAt = Number.NEGATIVE_INFINITY;
	#timer: NodeJS.Timeout | undefined;
	#isFlushing = false;

	constructor(options: BatchesOptions<Part>) {
		this.#options = options;
	}

	/** Resolves when the part is stored; rejects with what `store` threw for the batch that it was in. */
	add(part: Part): Promise<void> {
		const { promise, resolve, reject } = Promise.withResolvers<void>();
		this.#waiting.push({ part, resolve, reject });
		this.#rows += part.rows;
		this.#schedule();
		return promise;
	}

	/** Stores what waits without waiting for more. */
	async flush(): Promise<void> {
		this.#isFlushing = true;
		this.#schedule();
		while (this.#storing.size > 0) await Promise.race(this.#storing);
		this.#isFlushing = false;
	}

	#schedule(): void {
		const { maxRows, maxDelayMs, atOnce = 1 } = this.#options;
		if (this.#storing.size >= atOnce || this.#waiting.length === 0) return;
		const { alone, beside } = SHARES;
		const isEnough = this.#rows >= maxRows * (this.#storing.size === 0 ? alone : beside) || this.#isFlushing;
		// What goes with the next batch anyway.
		if (!isEnough && this.#storing.size > 0) return;
		const delayMs = this.#storedAt + maxDelayMs - performance.now();
		if (!isEnough && delayMs > 0) {
			this.#timer ??= setTimeout(() => {
				this.#timer = undefined;
				this.#schedule();
			}, delayMs);
			return;
		}
		clearTimeout(this.#timer);
		this.#timer = undefined;
		const storing = this.#store(this.#take()).finally(() => {
			this.#storedAt = performance.now();
			this.#storing.delete(storing);
			this.#schedule();
		});
		this.#storing.add(storing);
	}

	async #store(batch: readonly Waiting<Part>[]): Promise<void> {
		try {
			await this.#options.store(batch.map(({ part }) => part));
			for (const { resolve } of batch) resolve();
		} catch (error) {
			for (const { reject } of batch) reject(error);
		}
	}

	#take(): readonly Waiting<Part>[] {
		let rows = 0;
		let bytes = 0;
		let count = 0;
		for (const { part } of this.#waiting) {
			rows += part.rows;
			bytes += part.bytes;
			if (count > 0 && (rows > this.#options.maxRows || bytes > MAX_BYTES)) {
				rows -= part.rows;
				break;
			}
			count++;
		}
		this.#rows -= rows;
		return this.#waiting.splice(0, count);
	}
}
