import type { CircuitState } from '@pipeline/model';
import {
	CircuitState as BreakerState,
	BrokenCircuitError,
	type CircuitBreakerPolicy,
	CountBreaker,
	circuitBreaker,
	ExponentialBackoff,
	handleAll,
	handleWhen,
	type IBreaker,
	IsolatedCircuitError,
	noJitterGenerator,
	type RetryPolicy,
	retry,
	TaskCancelledError,
	TimeoutStrategy,
	timeout,
	wrap,
} from 'cockatiel';
import type { BetaConfig } from '../config/config.ts';
import { SourceError } from './source-error.ts';

/** Calls that a circuit looks back on before it may open. */
export const CIRCUIT_WINDOW_CALLS = 20;

const STATES: Readonly<Record<BreakerState, CircuitState>> = {
	[BreakerState.Closed]: 'CLOSED',
	[BreakerState.Open]: 'OPEN',
	[BreakerState.HalfOpen]: 'HALF_OPEN',
	[BreakerState.Isolated]: 'OPEN',
};

/** What a circuit reports. */
export interface SourceCircuitObserver {
	stateChanged(previous: CircuitState, next: CircuitState): void;
	/** Called before the wait. `attempt` counts retries from 1. */
	retryScheduled(attempt: number, delayMs: number, error: SourceError): void;
}

/** What a call came to, after its retries. */
export type CallOutcome<T> =
	| { readonly value: T; readonly retryCount: number; readonly error?: undefined }
	| { readonly error: SourceError; readonly retryCount: number };

type Limits = Pick<
	BetaConfig,
	| 'enrichmentTimeoutMs'
	| 'enrichmentMaxRetries'
	| 'enrichmentRetryInitialDelayMs'
	| 'enrichmentRetryMaxDelayMs'
	| 'enrichmentCircuitThreshold'
	| 'enrichmentCircuitTimeoutMs'
>;

/**
 * Calls one source: each try with a time limit, transient errors again after a growing wait, and no call at all
 * while the circuit is open. A key that the source does not know is an answer, not an error.
 */
export class SourceCircuit {
	readonly circuitId: string;
	readonly #breaker: CircuitBreakerPolicy;
	readonly #limits: Limits;
	readonly #observer: SourceCircuitObserver;
	#state: CircuitState = 'CLOSED';
	#isolation: { dispose(): void } | undefined;

	constructor(sourceId: string, limits: Limits, observer: SourceCircuitObserver) {
		this.circuitId = `beta:enrichment:${sourceId}`;
		this.#limits = limits;
		this.#observer = observer;
		this.#breaker = circuitBreaker(handleAll, {
			halfOpenAfter: limits.enrichmentCircuitTimeoutMs,
			breaker: failureShare(limits.enrichmentCircuitThreshold),
		});
		this.#breaker.onStateChange((state) => this.#changed(STATES[state]));
	}

	get state(): CircuitState {
		return this.#state;
	}

	/** Runs a call. Errors are returned: that of the last try, or `ENR_007_CIRCUIT_OPEN`. */
	async execute<T>(call: (signal: AbortSignal) => Promise<T>): Promise<CallOutcome<T>> {
		let retryCount = 0;
		// A retry policy of its own per call: the library tells its listeners of retries, not which call they belong to.
		const retries = retryPolicy(this.#limits);
		retries.onRetry((event) => {
			retryCount = event.attempt;
			this.#observer.retryScheduled(
				event.attempt,
				event.delay,
				sourceError('error' in event ? event.error : undefined),
			);
		});
		const limited = timeout(this.#limits.enrichmentTimeoutMs, TimeoutStrategy.Aggressive);
		try {
			const value = await wrap(retries, this.#breaker, limited).execute(({ signal }) => call(signal));
			return { value, retryCount };
		} catch (error) {
			return { error: sourceError(error), retryCount };
		}
	}

	/** Holds the circuit open until {@link release}. */
	isolate(): void {
		this.#isolation ??= this.#breaker.isolate();
	}

	release(): void {
		this.#isolation?.dispose();
		this.#isolation = undefined;
	}

	#changed(next: CircuitState): void {
		const previous = this.#state;
		if (previous === next) return;
		this.#state = next;
		this.#observer.stateChanged(previous, next);
	}
}

/** Opens when more than this share of the last calls failed; a share of 1 is never exceeded. */
function failureShare(threshold: number): IBreaker {
	if (threshold >= 1) return { state: undefined, success: () => undefined, failure: () => false };
	return new CountBreaker({ threshold: Math.max(threshold, Number.EPSILON), size: CIRCUIT_WINDOW_CALLS });
}

function retryPolicy(limits: Limits): RetryPolicy {
	return retry(
		handleWhen((error) => sourceError(error).category === 'TRANSIENT'),
		{
			maxAttempts: limits.enrichmentMaxRetries,
			backoff: new ExponentialBackoff({
				initialDelay: limits.enrichmentRetryInitialDelayMs,
				maxDelay: limits.enrichmentRetryMaxDelayMs,
				exponent: 2,
				generator: noJitterGenerator,
			}),
		},
	);
}

/** Gives every error of a call a code: those of the library, of the source, and unknown ones. */
export function sourceError(error: unknown): SourceError {
	if (error instanceof SourceError) return error;
	if (error instanceof TaskCancelledError) {
		return new SourceError('ENR_002_SOURCE_TIMEOUT', 'TRANSIENT', 'the source did not answer in time', {
			cause: error,
		});
	}
	if (error instanceof BrokenCircuitError || error instanceof IsolatedCircuitError) {
		return new SourceError('ENR_007_CIRCUIT_OPEN', 'PERMANENT', 'the circuit of the source is open', { cause: error });
	}
	const message = error instanceof Error ? error.message : String(error);
	return new SourceError('ENR_999_UNKNOWN', 'PERMANENT', message, { cause: error });
}
