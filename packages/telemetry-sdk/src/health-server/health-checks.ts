import { ComponentCheck } from './component-check.ts';
import { type HealthReport, type HealthSource, type HealthStatus, worse } from './health-source.ts';

export interface HealthChecksOptions {
	readonly sources: readonly HealthSource[];
	/** Milliseconds that a check may take. @default 5000 */
	readonly deadlineMs?: number;
	/** Milliseconds for which a report is given again: asking often costs nothing. @default 1000 */
	readonly freshMs?: number;
	/** Milliseconds since the Unix epoch. */
	readonly now?: () => number;
}

/** Asks all sources how they are. */
export class HealthChecks {
	readonly #checks: readonly ComponentCheck[];
	readonly #freshMs: number;
	readonly #now: () => number;
	readonly #startedMs: number;
	#report: Promise<HealthReport> | undefined;
	#askedMs = 0;

	constructor({ sources, deadlineMs = 5_000, freshMs = 1_000, now = Date.now }: HealthChecksOptions) {
		this.#checks = sources.map((source) => new ComponentCheck(source, { deadlineMs, now }));
		this.#freshMs = freshMs;
		this.#now = now;
		this.#startedMs = now();
	}

	/** Never rejects. Who asks while others wait gets what they get. */
	report(): Promise<HealthReport> {
		const nowMs = this.#now();
		const ageMs = nowMs - this.#askedMs;
		// Below zero: the time of day was set back.
		if (this.#report === undefined || ageMs < 0 || ageMs >= this.#freshMs) {
			this.#askedMs = nowMs;
			this.#report = this.#ask();
		}
		return this.#report;
	}

	async #ask(): Promise<HealthReport> {
		const checks = await Promise.all(this.#checks.map((check) => check.run()));
		return {
			status: checks.reduce<HealthStatus>((worst, { status }) => worse(worst, status), 'HEALTHY'),
			checks,
			uptime_seconds: Math.floor((this.#now() - this.#startedMs) / 1_000),
		};
	}
}
