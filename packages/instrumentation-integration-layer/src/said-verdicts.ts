import type { TraceVerdicts } from '@pipeline/telemetry-core';

const AGAIN_AFTER_MS = 5_000;
const MAX_SAID = 65_536;

type Keep = TraceVerdicts['keep'][number];

/**
 * What was said upstream a short time ago. Nobody confirms verdicts, and a connection may break with them, so each is said once more after
 * 5 s. At most 65,536 wait for that; of what is more, the newest is said once.
 */
export class SaidVerdicts {
	readonly #now: () => number;
	#said: { readonly keep: Keep; readonly atMs: number }[] = [];
	#next = 0;

	/** @param now milliseconds, monotonic */
	constructor(now: () => number) {
		this.#now = now;
	}

	/** These are said now, for the first time. */
	add(keeps: readonly Keep[]): void {
		const atMs = this.#now();
		for (const keep of keeps.slice(0, MAX_SAID - this.#said.length + this.#next)) this.#said.push({ keep, atMs });
	}

	/** What is to be said again, at most so many. */
	take(most: number): Keep[] {
		const before = this.#now() - AGAIN_AFTER_MS;
		const due: Keep[] = [];
		for (let said = this.#said[this.#next]; said !== undefined; said = this.#said[this.#next]) {
			if (due.length === most || said.atMs > before) break;
			due.push(said.keep);
			this.#next++;
		}
		// What has been said is let go in large portions: an array gives up its beginning only by moving the rest.
		if (this.#next * 2 > this.#said.length) {
			this.#said = this.#said.slice(this.#next);
			this.#next = 0;
		}
		return due;
	}
}
