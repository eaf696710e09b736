import type { CircuitState, Runtime } from '@pipeline/model';
import {
	BrokenCircuitError,
	type CircuitBreakerPolicy,
	ConsecutiveBreaker,
	circuitBreaker,
	handleWhenResult,
	CircuitState as PolicyState,
} from 'cockatiel';
import type { GammaConfig } from '../config/gamma-config.ts';
import type { HoldingQueue } from './holding-queue.ts';

/** A change of a destination's circuit. */
export interface DestinationCircuitChange {
	/** `gamma:destination:<id>`. */
	readonly circuitId: string;
	readonly destinationId: string;
	readonly previousState: CircuitState;
	readonly newState: CircuitState;
	readonly changedAt: string;
	/** Records waiting for it. */
	readonly heldRecords: number;
}

/** Learns of circuit changes. */
export type CircuitListener = (change: DestinationCircuitChange) => void;

/** Whether an outcome speaks against the destination. */
export interface CircuitOutcome {
	readonly harmsCircuit: boolean;
}

const STATES: Readonly<Record<PolicyState, CircuitState>> = {
	[PolicyState.Closed]: 'CLOSED',
	[PolicyState.Open]: 'OPEN',
	[PolicyState.HalfOpen]: 'HALF_OPEN',
	[PolicyState.Isolated]: 'OPEN',
};

/** Keeps calls away from a destination that fails, and lets trial calls through after the reset time. */
export class Circuit {
	readonly circuitId: string;
	private readonly policy: CircuitBreakerPolicy;
	private readonly runtime: Runtime;
	private readonly resetTimeoutMs: number;
	private readonly holding: HoldingQueue;
	private readonly closing = new AbortController();
	private isCoolingDown = false;
	private current: CircuitState = 'CLOSED';

	constructor(
		destinationId: string,
		config: GammaConfig,
		runtime: Runtime,
		holding: HoldingQueue,
		listener: CircuitListener,
	) {
		this.circuitId = `gamma:destination:${destinationId}`;
		this.runtime = runtime;
		this.resetTimeoutMs = config.circuitResetTimeoutMs;
		this.holding = holding;
		this.policy = circuitBreaker(
			handleWhenResult((outcome) => (outcome as CircuitOutcome).harmsCircuit),
			{
				breaker: new ConsecutiveBreaker(config.circuitFailureThreshold),
				halfOpenAfter: this.resetDelay(),
				halfOpenSampling: { calls: config.circuitSuccessThreshold, threshold: 0 },
			},
		);
		this.policy.onStateChange((state) => this.changed(destinationId, STATES[state], listener));
	}

	get state(): CircuitState {
		return this.current;
	}

	/** Whether records have to wait. False once the reset time has passed: the next ones are trials. */
	get blocks(): boolean {
		return this.isCoolingDown;
	}

	/** Runs a call under the breaker. Undefined when the circuit opened before the call began. */
	async execute<T extends CircuitOutcome>(call: () => Promise<T>): Promise<T | undefined> {
		try {
			return await this.policy.execute(call);
		} catch (error) {
			if (error instanceof BrokenCircuitError) return undefined;
			throw error;
		}
	}

	/** Stops waiting for the reset time. */
	close(): void {
		this.closing.abort();
	}

	// The policy measures by the system clock. The reset time is waited for with the injected runtime instead: until
	// then the policy sees an endless delay, afterwards none.
	private resetDelay() {
		const duration = () => (this.isCoolingDown ? Number.POSITIVE_INFINITY : 0);
		const delay = {
			get duration() {
				return duration();
			},
			next: () => delay,
		};
		return delay;
	}

	private changed(destinationId: string, newState: CircuitState, listener: CircuitListener): void {
		const previousState = this.current;
		this.current = newState;
		if (newState === 'OPEN') void this.coolDown();
		listener({
			circuitId: this.circuitId,
			destinationId,
			previousState,
			newState,
			changedAt: this.runtime.timestamp(),
			heldRecords: this.holding.depth,
		});
	}

	private async coolDown(): Promise<void> {
		this.isCoolingDown = true;
		await this.runtime.sleep(this.resetTimeoutMs, this.closing.signal).catch(() => undefined);
		if (this.closing.signal.aborted) return;
		this.isCoolingDown = false;
		this.holding.releaseAll('RELEASED');
	}
}
