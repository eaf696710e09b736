import type { CircuitBreakerState, CircuitState, Runtime } from '@pipeline/model';
import {
	BrokenCircuitError,
	CircuitState as BreakerState,
	type CircuitBreakerPolicy,
	circuitBreaker,
	ConsecutiveBreaker,
	handleAll,
} from 'cockatiel';
import type { IntegrationEvents } from '../transfer/events.ts';

export interface CircuitOptions {
	/** `{module}:{kind}:{target}`. */
	readonly circuitId: string;
	readonly failureThreshold: number;
	readonly resetTimeoutMs: number;
	readonly runtime: Runtime;
	readonly onChange: (change: IntegrationEvents['circuitChanged']) => void;
}

const STATES: { readonly [S in BreakerState]: CircuitState } = {
	[BreakerState.Closed]: 'CLOSED',
	[BreakerState.Open]: 'OPEN',
	[BreakerState.Isolated]: 'OPEN',
	[BreakerState.HalfOpen]: 'HALF_OPEN',
};

/** A call was refused because its circuit is open. */
export class CircuitOpenError extends Error {
	readonly code = 'INT_MOD_002_CIRCUIT_OPEN';
	readonly circuitId: string;

	constructor(circuitId: string) {
		super(`circuit ${circuitId} is open`);
		this.name = 'CircuitOpenError';
		this.circuitId = circuitId;
	}
}

/** A circuit breaker that says when and why it changes. */
export class Circuit {
	readonly circuitId: string;
	readonly #policy: CircuitBreakerPolicy;
	readonly #runtime: Runtime;
	#state: CircuitState = 'CLOSED';
	#failures = 0;
	#lastFailure: string | null = null;
	#openedMs = 0;

	constructor({ circuitId, failureThreshold, resetTimeoutMs, runtime, onChange }: CircuitOptions) {
		this.circuitId = circuitId;
		this.#runtime = runtime;
		this.#policy = circuitBreaker(handleAll, { halfOpenAfter: resetTimeoutMs, breaker: new ConsecutiveBreaker(failureThreshold) });
		this.#policy.onFailure(() => {
			this.#failures++;
			this.#lastFailure = runtime.timestamp();
		});
		this.#policy.onSuccess(() => {
			this.#failures = 0;
		});
		this.#policy.onStateChange((next) => {
			const previousState = this.#state;
			const newState = STATES[next];
			if (newState === previousState) return;
			const openMs = previousState === 'OPEN' ? runtime.elapsedMs(this.#openedMs) : 0;
			if (newState === 'OPEN') this.#openedMs = runtime.now();
			this.#state = newState;
			onChange({ circuitId, previousState, newState, failureCount: this.#failures, openMs });
		});
	}

	get state(): CircuitState {
		return this.#state;
	}

	snapshot(): CircuitBreakerState {
		return {
			circuitId: this.circuitId,
			state: this.#state,
			failureCount: this.#failures,
			lastFailure: this.#lastFailure,
			nextAttempt: this.#state === 'OPEN' ? this.#runtime.timestamp() : null,
		};
	}

	/** @throws CircuitOpenError while it is open */
	async execute<T>(call: () => Promise<T>): Promise<T> {
		try {
			return await this.#policy.execute(call);
		} catch (error) {
			if (error instanceof BrokenCircuitError) throw new CircuitOpenError(this.circuitId);
			throw error;
		}
	}
}
