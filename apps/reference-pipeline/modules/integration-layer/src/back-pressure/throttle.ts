import type { Runtime } from '@pipeline/model';

/** Least time that a signal holds when the one that ends it is lost. */
export const SIGNAL_VALID_MS = 30_000;

/** The pause that a receiver asked for. */
export class Throttle {
	readonly #runtime: Runtime;
	readonly #validMs: number;
	#delayMs = 0;
	// By the real clock: a seeded run's clock stands still, and pauses do not change what it puts out.
	#validUntilMs = 0;

	/** @param validMs how long a signal holds */
	constructor(runtime: Runtime, validMs = SIGNAL_VALID_MS) {
		this.#runtime = runtime;
		this.#validMs = validMs;
	}

	/** Pause before each batch at this moment, in milliseconds. */
	get delayMs(): number {
		return performance.now() < this.#validUntilMs ? this.#delayMs : 0;
	}

	/** Sets the pause; 0 ends it. */
	set(delayMs: number): void {
		this.#delayMs = delayMs;
		this.#validUntilMs = performance.now() + this.#validMs;
	}

	/** Waits as long as is asked for. Rejects with the signal's reason. */
	async pause(signal: AbortSignal): Promise<void> {
		const { delayMs } = this;
		if (delayMs > 0) await this.#runtime.sleep(delayMs, signal);
	}
}
