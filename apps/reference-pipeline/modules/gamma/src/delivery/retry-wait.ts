import type { RenderedRecord, Runtime } from '@pipeline/model';
import type { GammaConfig } from '../config/gamma-config.ts';
import { GammaStoppedError } from '../errors/gamma-stopped-error.ts';

/** Waits between attempts. */
export class RetryWait {
	private readonly config: GammaConfig;
	private readonly runtime: Runtime;
	private readonly waits = new Set<AbortController>();
	private isStopped = false;

	constructor(config: GammaConfig, runtime: Runtime) {
		this.config = config;
		this.runtime = runtime;
	}

	/** Records that wait now. */
	get waiting(): number {
		return this.waits.size;
	}

	/** Wait after the n-th failed attempt, in milliseconds. A wait the destination asks for wins, up to `maxRetryAfterMs`. */
	delayAfter(failedAttempts: number, retryAfterMs?: number): number {
		const { retryInitialDelayMs, retryBackoffMultiplier, retryMaxDelayMs, maxRetryAfterMs } = this.config;
		if (retryAfterMs !== undefined) return Math.min(retryAfterMs, maxRetryAfterMs);
		return Math.min(retryInitialDelayMs * retryBackoffMultiplier ** (failedAttempts - 1), retryMaxDelayMs);
	}

	/** Waits. Rejects with GammaStoppedError when the module stops first. */
	async wait(_rendered: RenderedRecord, delayMs: number): Promise<void> {
		if (this.isStopped) throw new GammaStoppedError();
		const wait = new AbortController();
		this.waits.add(wait);
		try {
			await this.runtime.sleep(delayMs, wait.signal);
		} catch {
			throw new GammaStoppedError();
		} finally {
			this.waits.delete(wait);
		}
		if (wait.signal.aborted) throw new GammaStoppedError();
	}

	/** Ends every wait. */
	stop(): void {
		this.isStopped = true;
		for (const wait of this.waits) wait.abort();
	}
}
