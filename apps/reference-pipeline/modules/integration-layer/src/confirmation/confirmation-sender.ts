import type { DeliveryConfirmation, Edge, RecordDeliveryResult, Runtime, TraceVerdicts } from '@pipeline/model';
import type { IntegrationEmitter } from '../layer/events.ts';
import { createHeader } from '../protocol/header.ts';
import { EDGES } from '../transfer/edge.ts';
import { sendUnawaited, type Transport } from '../transport/transport.ts';

/** How the records of a batch ended. */
export interface ConfirmedBatch {
	readonly batchId: string;
	readonly correlationId: string;
	readonly deliveryResults: readonly RecordDeliveryResult[];
	readonly traceVerdicts?: TraceVerdicts;
}

/** Confirmations kept for a peer that is away; the oldest beyond it are lost, and said to be. */
export const MAX_UNSENT = 1_000;

/** Tells the sender of a batch how each of its records ended. What cannot be sent waits for the next connection. */
export class ConfirmationSender {
	readonly edge: Edge;
	readonly #transport: Transport;
	readonly #runtime: Runtime;
	readonly #events: IntegrationEmitter;
	readonly #unsent: DeliveryConfirmation[] = [];

	constructor(edge: Edge, transport: Transport, runtime: Runtime, events: IntegrationEmitter) {
		this.edge = edge;
		this.#transport = transport;
		this.#runtime = runtime;
		this.#events = events;
		transport.events.on('connected', this.#connected);
	}

	/** Confirmations that wait for a connection. */
	get unsent(): number {
		return this.#unsent.length;
	}

	/** Resolves with the message when it was sent or kept. */
	async send({ correlationId, ...batch }: ConfirmedBatch): Promise<DeliveryConfirmation> {
		const { source, target } = EDGES[this.edge];
		const facts = { source: target, target: source, type: 'DELIVERY_CONFIRMATION', correlationId } as const;
		const confirmation: DeliveryConfirmation = { header: createHeader(this.#runtime, facts), ...batch };
		await this.#post(confirmation);
		return confirmation;
	}

	/** Stops waiting for connections. */
	stop(): void {
		this.#transport.events.off('connected', this.#connected);
	}

	async #post(confirmation: DeliveryConfirmation): Promise<void> {
		if (await sendUnawaited(this.#transport, confirmation)) return;
		this.#unsent.push(confirmation);
		if (this.#unsent.length <= MAX_UNSENT) return;
		const lost = this.#unsent.shift();
		if (lost !== undefined) this.#events.emit('confirmationLost', { edge: this.edge, batchId: lost.batchId });
	}

	readonly #connected = (): void => {
		for (const confirmation of this.#unsent.splice(0)) void this.#post(confirmation);
	};
}
