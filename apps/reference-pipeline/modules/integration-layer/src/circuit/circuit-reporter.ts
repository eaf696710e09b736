import type { CircuitStateChange, Edge, Runtime } from '@pipeline/model';
import type { IntegrationEvents } from '../layer/events.ts';
import { createHeader } from '../protocol/header.ts';
import { EDGES } from '../transfer/edge.ts';
import { sendUnawaited, type Transport } from '../transport/transport.ts';

/** Tells the receiver of an edge what the circuit towards it did. */
export class CircuitReporter {
	readonly edge: Edge;
	readonly #transport: Transport;
	readonly #runtime: Runtime;

	constructor(edge: Edge, transport: Transport, runtime: Runtime) {
		this.edge = edge;
		this.#transport = transport;
		this.#runtime = runtime;
	}

	/** Resolves with the message, sent or not. */
	async send(change: IntegrationEvents['circuitChanged']): Promise<CircuitStateChange> {
		const { source, target } = EDGES[this.edge];
		const facts = { source, target, type: 'CIRCUIT_STATE_CHANGE', correlationId: change.circuitId } as const;
		const message: CircuitStateChange = {
			header: createHeader(this.#runtime, facts),
			circuitId: change.circuitId,
			previousState: change.previousState,
			newState: change.newState,
			affectedModules: [source, target],
		};
		await sendUnawaited(this.#transport, message);
		return message;
	}
}
