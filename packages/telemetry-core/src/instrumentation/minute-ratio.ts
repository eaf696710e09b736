import { nowMs } from '../runtime/clock.ts';

const SECONDS = 60;

/** Share of hits among what happened in the last 60 seconds, to the second. */
export class MinuteRatio {
	readonly #hits = new Uint32Array(SECONDS);
	readonly #totals = new Uint32Array(SECONDS);
	readonly #seconds = new Float64Array(SECONDS).fill(-1);
	readonly #now: () => number;

	/** @param now milliseconds since the Unix epoch */
	constructor(now: () => number = nowMs) {
		this.#now = now;
	}

	add(isHit: boolean): void {
		const second = Math.floor(this.#now() / 1000);
		const slot = second % SECONDS;
		if (this.#seconds[slot] !== second) {
			this.#seconds[slot] = second;
			this.#hits[slot] = 0;
			this.#totals[slot] = 0;
		}
		this.#totals[slot] = (this.#totals[slot] ?? 0) + 1;
		if (isHit) this.#hits[slot] = (this.#hits[slot] ?? 0) + 1;
	}

	/** What happened in the last 60 seconds. */
	get total(): number {
		return this.#sum(this.#totals);
	}

	/** Those of them that were hits. */
	get hits(): number {
		return this.#sum(this.#hits);
	}

	/** Hits per second, averaged over those 60 seconds. */
	get perSecond(): number {
		return this.hits / SECONDS;
	}

	/** 0 to 1; undefined when nothing happened. */
	get ratio(): number | undefined {
		const total = this.total;
		return total === 0 ? undefined : this.hits / total;
	}

	#sum(counts: Uint32Array): number {
		const oldest = Math.floor(this.#now() / 1000) - SECONDS;
		return counts.reduce((sum, count, slot) => ((this.#seconds[slot] ?? -1) > oldest ? sum + count : sum), 0);
	}
}
