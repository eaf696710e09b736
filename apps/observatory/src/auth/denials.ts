/** What was refused to whom. */
export interface Denial {
	readonly actorId: string;
	/** Whose data the caller may see; absent for callers that are not known. */
	readonly tenants?: readonly string[] | undefined;
	/** Pattern of the route, never the address that was asked. */
	readonly route: string;
	readonly reason: string;
}

const WINDOW_MS = 60_000;

/** Writes refusals to the audit, up to so many a minute of each actor: whoever keeps knocking must not fill the audit log, nor hide others in it. */
export class Denials {
	readonly #write: (denial: Denial) => Promise<void>;
	readonly #perMinute: number;
	readonly #now: () => number;
	#windowStart = Number.NEGATIVE_INFINITY;
	/** By actor. There are as many as tokens; all that are not known are one. */
	readonly #written = new Map<string, number>();
	/** All of them, those that were not written, and those that could not be. */
	readonly counts = { denied: 0, suppressed: 0, failed: 0 };

	constructor(write: (denial: Denial) => Promise<void>, perMinute = 60, now: () => number = Date.now) {
		this.#write = write;
		this.#perMinute = perMinute;
		this.#now = now;
	}

	/** Never throws, waits for nothing. */
	add(denial: Denial): void {
		this.counts.denied++;
		const now = this.#now();
		if (now - this.#windowStart >= WINDOW_MS) {
			this.#windowStart = now;
			this.#written.clear();
		}
		const written = this.#written.get(denial.actorId) ?? 0;
		if (written >= this.#perMinute) {
			this.counts.suppressed++;
			return;
		}
		this.#written.set(denial.actorId, written + 1);
		this.#write(denial).catch(() => {
			this.counts.failed++;
		});
	}
}
