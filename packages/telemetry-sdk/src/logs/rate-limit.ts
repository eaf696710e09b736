import type { Severity } from '@pipeline/telemetry-core/schema';

/** Lines at once after a quiet while, as a multiple of what a second allows. */
const BURST = 2;
const SUMMARY_AFTER_MS = 60_000;

export interface RateLimitOptions {
	/** Lines a second; 0: no limit. */
	readonly perSecond: number;
	/** Severities that the limit does not concern. */
	readonly isExempt: (severity: Severity) => boolean;
	/** Told of each line that is left out. */
	readonly onDropped: () => void;
	/** Told a minute after the first line that was left out, with how many were since. */
	readonly onSummary: (dropped: number) => void;
	/** Milliseconds, monotonic. */
	readonly now?: (() => number) | undefined;
}

/** A token bucket for the lines of one module. */
export class RateLimit {
	readonly #options: RateLimitOptions;
	readonly #now: () => number;
	#tokens: number;
	#filledMs: number;
	#dropped = 0;
	#summary: NodeJS.Timeout | undefined;

	constructor(options: RateLimitOptions) {
		this.#options = options;
		this.#now = options.now ?? (() => performance.now());
		this.#tokens = options.perSecond * BURST;
		this.#filledMs = this.#now();
	}

	/** Whether one more line may be written. */
	admits(severity: Severity): boolean {
		const { perSecond, isExempt, onDropped } = this.#options;
		if (perSecond === 0 || isExempt(severity)) return true;
		const now = this.#now();
		this.#tokens = Math.min(perSecond * BURST, this.#tokens + ((now - this.#filledMs) / 1_000) * perSecond);
		this.#filledMs = now;
		if (this.#tokens >= 1) {
			this.#tokens--;
			return true;
		}
		this.#dropped++;
		this.#summary ??= setTimeout(() => this.summarise(), SUMMARY_AFTER_MS).unref();
		onDropped();
		return false;
	}

	/** Tells now how many lines were left out, if any. */
	summarise(): void {
		clearTimeout(this.#summary);
		this.#summary = undefined;
		const dropped = this.#dropped;
		this.#dropped = 0;
		if (dropped === 0) return;
		try {
			this.#options.onSummary(dropped);
		} catch {
			// Called by a timer: an error would end the process. The lines are counted already.
		}
	}
}
