import type { Runtime } from '@pipeline/model';

/** Thrown when a record has used up its time while it waited. */
export class DeadlineError extends Error {
	readonly code = 'TRX_007_TIMEOUT';

	constructor(limitMs: number) {
		super(`the record took longer than ${limitMs} ms`);
		this.name = 'DeadlineError';
	}
}

/** The time that one record may take in one target schema. Rules check it between steps, waits are cut short by it. */
export class Deadline {
	readonly limitMs: number;
	readonly #startedMs: number;
	readonly #runtime: Runtime;

	constructor(runtime: Runtime, limitMs: number) {
		this.limitMs = limitMs;
		this.#runtime = runtime;
		this.#startedMs = runtime.now();
	}

	get exceeded(): boolean {
		return this.remainingMs <= 0;
	}

	get remainingMs(): number {
		return this.limitMs - this.#runtime.elapsedMs(this.#startedMs);
	}

	/** Waits for `work`, at most for the time that is left. @throws DeadlineError */
	async within<T>(work: Promise<T>): Promise<T> {
		let timer: NodeJS.Timeout | undefined;
		const expiry = new Promise<never>((_, reject) => {
			timer = setTimeout(() => reject(new DeadlineError(this.limitMs)), Math.max(0, this.remainingMs));
		});
		try {
			return await Promise.race([work, expiry]);
		} finally {
			clearTimeout(timer);
		}
	}
}
