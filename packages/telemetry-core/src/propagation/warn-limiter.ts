import { diag } from '@opentelemetry/api';
import { BoundedMap } from '../runtime/bounded-map.ts';

/** How a limiter is set up; the clock and the sink are for tests. */
export interface WarnLimiterOptions {
	/** Milliseconds from any fixed point, never running backwards. @default performance.now */
	readonly now?: () => number;
	/** Where the line goes. @default OpenTelemetry's `diag.warn` */
	readonly warn?: (message: string) => void;
	/** @default 60_000 */
	readonly intervalMs?: number;
	/** Sources remembered at the same time; beyond it the oldest is forgotten and may warn early. @default 1_000 */
	readonly maxSources?: number;
}

interface SourceState {
	readonly warnedAtMs: number;
	suppressed: number;
}

/** One warning per source and interval; the next one says how many were held back. */
export class WarnLimiter {
	readonly #now: () => number;
	readonly #warn: (message: string) => void;
	readonly #intervalMs: number;
	readonly #sources: BoundedMap<string, SourceState>;

	constructor(options: WarnLimiterOptions = {}) {
		this.#now = options.now ?? (() => performance.now());
		this.#warn = options.warn ?? ((message) => diag.warn(message));
		this.#intervalMs = options.intervalMs ?? 60_000;
		this.#sources = new BoundedMap(options.maxSources ?? 1_000);
	}

	/** Never throws. @returns true when the line was written */
	warn(source: string, message: string): boolean {
		const nowMs = this.#now();
		const state = this.#sources.get(source);
		if (state !== undefined && nowMs - state.warnedAtMs < this.#intervalMs) {
			state.suppressed++;
			return false;
		}
		this.#remember(source, nowMs);
		const heldBack =
			state === undefined || state.suppressed === 0 ? '' : ` (${state.suppressed} more since the last warning)`;
		try {
			this.#warn(`${message} [source ${source}]${heldBack}`);
		} catch {
			// A logger that fails is not the caller's problem.
		}
		return true;
	}

	#remember(source: string, nowMs: number): void {
		this.#sources.delete(source);
		this.#sources.set(source, { warnedAtMs: nowMs, suppressed: 0 });
	}
}

/** The process's own limiter for malformed trace context. */
export const contextWarnings = new WarnLimiter();
