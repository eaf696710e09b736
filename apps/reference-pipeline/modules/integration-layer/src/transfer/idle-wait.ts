import type { Runtime } from '@pipeline/model';

/** Lets callers wait until there is nothing left to do. */
export class IdleWait {
	readonly #runtime: Runtime;
	readonly #isIdle: () => boolean;
	#idle: PromiseWithResolvers<void> | undefined;

	constructor(runtime: Runtime, isIdle: () => boolean) {
		this.#runtime = runtime;
		this.#isIdle = isIdle;
	}

	/** To be called when something came to its end. */
	changed(): void {
		if (!this.#isIdle()) return;
		this.#idle?.resolve();
		this.#idle = undefined;
	}

	/** True when idle, false when that takes longer than `timeoutMs`. */
	async wait(timeoutMs: number): Promise<boolean> {
		if (this.#isIdle()) return true;
		this.#idle ??= Promise.withResolvers<void>();
		const over = new AbortController();
		const isLate = this.#runtime.sleep(timeoutMs, over.signal).then(
			() => false,
			() => false,
		);
		const isIdle = await Promise.race([this.#idle.promise.then(() => true), isLate]);
		over.abort();
		return isIdle;
	}
}
