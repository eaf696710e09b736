import { nowMs } from '@pipeline/telemetry-core';

const SECONDS = 60;

/** Counts of the last 60 seconds, by the second. */
export class RecentCounts {
	readonly #hits = new Float64Array(SECONDS);
	readonly #all = new Float64Array(SECONDS);
	readonly #now: () => number;
	#second: number;

	/** @param now milliseconds since the Unix epoch */
	constructor(now: () => number = nowMs) {
		this.#now = now;
		this.#second = Math.floor(now() / 1000);
	}

	add(hits: number, all: number): void {
		this.#advance();
		const slot = this.#second % SECONDS;
		this.#hits[slot] = (this.#hits[slot] ?? 0) + hits;
		this.#all[slot] = (this.#all[slot] ?? 0) + all;
	}

	/** Hits per count; 0 when nothing was counted. */
	get ratio(): number {
		this.#advance();
		const all = sum(this.#all);
		return all === 0 ? 0 : sum(this.#hits) / all;
	}

	/** Hits per second. */
	get perSecond(): number {
		this.#advance();
		return sum(this.#hits) / SECONDS;
	}

	#advance(): void {
		const second = Math.floor(this.#now() / 1000);
		const steps = Math.min(SECONDS, second - this.#second);
		for (let step = 1; step <= steps; step++) {
			const slot = (this.#second + step) % SECONDS;
			this.#hits[slot] = 0;
			this.#all[slot] = 0;
		}
		this.#second = Math.max(this.#second, second);
	}
}

/** Counts by name, e.g. for each destination. */
export class RecentCountsByName {
	readonly #counts = new Map<string, RecentCounts>();

	add(name: string, hits: number, all: number): void {
		let counts = this.#counts.get(name);
		if (counts === undefined) {
			counts = new RecentCounts();
			this.#counts.set(name, counts);
		}
		counts.add(hits, all);
	}

	entries(): IterableIterator<[string, RecentCounts]> {
		return this.#counts.entries();
	}
}

function sum(values: Float64Array): number {
	let total = 0;
	for (const value of values) total += value;
	return total;
}
