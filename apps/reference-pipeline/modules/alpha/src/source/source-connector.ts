import type { CircuitState, SourceAdapter } from '@pipeline/model';
import {
	CircuitState as BreakerState,
	ConsecutiveBreaker,
	circuitBreaker,
	ExponentialBackoff,
	handleAll,
	noJitterGenerator,
	retry,
	wrap,
} from 'cockatiel';
import type { AlphaConfig } from '../config/config.ts';
import type { AlphaEvents } from '../events.ts';

const STATES: Readonly<Record<BreakerState, CircuitState>> = {
	[BreakerState.Closed]: 'CLOSED',
	[BreakerState.Open]: 'OPEN',
	[BreakerState.Isolated]: 'OPEN',
	[BreakerState.HalfOpen]: 'HALF_OPEN',
};

/** Connects sources: tries again with growing pauses, and stops trying while the circuit is open. */
export class SourceConnector {
	readonly #policy: { execute<T>(call: () => Promise<T>): Promise<T> };
	#state: CircuitState = 'CLOSED';
	#failures = 0;
	#sourceId = '';

	constructor(
		config: AlphaConfig,
		tell: {
			readonly retried: (event: AlphaEvents['connectionRetried']) => void;
			readonly circuitChanged: (event: AlphaEvents['circuitChanged']) => void;
		},
	) {
		const retrying = retry(handleAll, {
			maxAttempts: config.maxRetryCount,
			backoff: new ExponentialBackoff({
				initialDelay: Math.max(1, config.connectionRetryInitialDelayMs),
				maxDelay: Math.max(1, config.connectionRetryMaxDelayMs),
				exponent: config.connectionRetryBackoffMultiplier,
				generator: noJitterGenerator,
			}),
		});
		const breaking = circuitBreaker(handleAll, {
			halfOpenAfter: config.circuitBreakerResetTimeoutMs,
			breaker: new ConsecutiveBreaker(config.circuitBreakerFailureThreshold),
		});
		retrying.onRetry(({ delay, attempt }) =>
			tell.retried({ sourceId: this.#sourceId, attemptNumber: attempt + 1, delayMs: delay }),
		);
		breaking.onFailure(() => this.#failures++);
		breaking.onSuccess(() => {
			this.#failures = 0;
		});
		breaking.onStateChange((next) => {
			const previousState = this.#state;
			this.#state = STATES[next];
			tell.circuitChanged({
				circuitId: `alpha:source:${this.#sourceId}`,
				previousState,
				newState: this.#state,
				failureCount: this.#failures,
			});
		});
		this.#policy = wrap(retrying, breaking);
	}

	get circuitState(): CircuitState {
		return this.#state;
	}

	async connect(source: SourceAdapter): Promise<void> {
		this.#sourceId = source.sourceId;
		await this.#policy.execute(() => source.connect());
	}

	async disconnect(source: SourceAdapter): Promise<void> {
		await source.disconnect();
	}
}
