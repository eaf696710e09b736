import { type CircuitBreakerState, createEmitter, type Runtime, type TypedEmitter } from '@pipeline/model';
import type { IntegrationEvents } from '../layer/events.ts';
import { Circuit } from './circuit.ts';

/** What circuits tell. */
export type CircuitEvents = Pick<IntegrationEvents, 'circuitChanged' | 'callRejected'>;

/** When the circuits of a registry open and for how long. */
export interface CircuitLimits {
	readonly circuitFailureThreshold: number;
	readonly circuitResetTimeoutMs: number;
}

/** All circuits of a module, by id. */
export class CircuitRegistry {
	readonly events: TypedEmitter<CircuitEvents> = createEmitter<CircuitEvents>();
	readonly #runtime: Runtime;
	readonly #circuits = new Map<string, Circuit>();

	constructor(runtime: Runtime) {
		this.#runtime = runtime;
	}

	/** The circuit of this id; the first call decides its limits. */
	circuit(circuitId: string, { circuitFailureThreshold, circuitResetTimeoutMs }: CircuitLimits): Circuit {
		const known = this.#circuits.get(circuitId);
		if (known !== undefined) return known;
		const circuit = new Circuit({
			circuitId,
			failureThreshold: circuitFailureThreshold,
			resetTimeoutMs: circuitResetTimeoutMs,
			runtime: this.#runtime,
			onChange: (change) => this.events.emit('circuitChanged', change),
			onRejected: (rejection) => this.events.emit('callRejected', rejection),
		});
		this.#circuits.set(circuitId, circuit);
		return circuit;
	}

	/** Circuits that let nothing through at this moment. */
	get openCount(): number {
		return this.states().filter(({ state }) => state === 'OPEN').length;
	}

	/** Every circuit with its history. */
	states(): CircuitBreakerState[] {
		return [...this.#circuits.values()].map((circuit) => circuit.snapshot());
	}
}
