import type { CircuitBreakerState, CircuitState, Runtime } from '@pipeline/model';
import { isoOf } from '@pipeline/model';
import {
	CircuitState as BreakerState,
	BrokenCircuitError,
	type CircuitBreakerPolicy,
	ConsecutiveBreaker,
	circuitBreaker,
	handleWhen,
} from 'cockatiel';
import type { IntegrationEvents } from '../layer/events.ts';
import { isPermanent } from '../transfer/permanent-failure.ts';
import { ReceiverBusyError } from '../transfer/receiver-busy-error.ts';
import { NotConnectedError } from '../transport/transport.ts';

/** When a circuit opens and for how long. */
export interface CircuitOptions {
	/** `{module}:{kind}:{target}`. */
	readonly circuitId: string;
	/** Failures in a row. */
	readonly failureThreshold: number;
	readonly resetTimeoutMs: number;
	readonly runtime: Runtime;
	readonly onChange: (change: IntegrationEvents['circuitChanged']) => void;
	readonly onRejected: (rejection: IntegrationEvents['callRejected']) => void;
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

/** A circuit breaker that says when and why it changes. One success closes it again. */
export class Circuit {
	readonly circuitId: string;
	readonly #options: CircuitOptions;
	readonly #policy: CircuitBreakerPolicy;
	#state: CircuitState = 'CLOSED';
	#failures = 0;
	#lastFailure: string | null = null;
	#openedMs = 0;
	// By the real clock, like the breaker itself: a seeded run's clock stands still.
	#opensAgainMs = 0;

	constructor(options: CircuitOptions) {
		this.circuitId = options.circuitId;
		this.#options = options;
		this.#policy = circuitBreaker(handleWhen(countsAgainstPeer), {
			halfOpenAfter: options.resetTimeoutMs,
			breaker: new ConsecutiveBreaker(options.failureThreshold),
		});
		this.#policy.onFailure(() => {
			this.#failures++;
			this.#lastFailure = options.runtime.timestamp();
		});
		this.#policy.onSuccess(() => {
			this.#failures = 0;
		});
		this.#policy.onStateChange((next) => this.#enter(STATES[next]));
	}

	get state(): CircuitState {
		return this.#state;
	}

	/** The state with its history, for health reports. */
	snapshot(): CircuitBreakerState {
		return {
			circuitId: this.circuitId,
			state: this.#state,
			failureCount: this.#failures,
			lastFailure: this.#lastFailure,
			nextAttempt: this.#state === 'OPEN' ? isoOf(this.#opensAgainMs) : null,
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

	/** Makes the call when the circuit lets it through, however long that takes. Rejects with the signal's reason. */
	async executeWhenClosed<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
		for (;;) {
			try {
				return await this.execute(call);
			} catch (error) {
				if (!(error instanceof CircuitOpenError)) throw error;
				const retryInMs = Math.max(1, this.#opensAgainMs - Date.now());
				this.#options.onRejected({ circuitId: this.circuitId, retryInMs });
				await this.#options.runtime.sleep(retryInMs, signal);
			}
		}
	}

	#enter(newState: CircuitState): void {
		const previousState = this.#state;
		if (newState === previousState) return;
		const { runtime, resetTimeoutMs, onChange } = this.#options;
		const openMs = previousState === 'OPEN' ? runtime.elapsedMs(this.#openedMs) : 0;
		if (newState === 'OPEN') {
			this.#openedMs = runtime.now();
			this.#opensAgainMs = Date.now() + resetTimeoutMs;
		}
		this.#state = newState;
		onChange({ circuitId: this.circuitId, previousState, newState, failureCount: this.#failures, openMs });
	}
}

// Whoever is disconnected waits for the connection: that it broke says nothing about the next call.
function countsAgainstPeer(error: unknown): boolean {
	return !isPermanent(error) && !(error instanceof NotConnectedError) && !(error instanceof ReceiverBusyError);
}
