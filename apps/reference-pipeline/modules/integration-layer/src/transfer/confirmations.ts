import type { DeliveryConfirmation, Edge, RecordDeliveryResult, Runtime, TypedEmitter } from '@pipeline/model';
import { createHeader } from '../message.ts';
import type { Transport } from '../transport/transport.ts';
import { EDGES } from './edge.ts';
import type { IntegrationEvents } from './events.ts';

/** Tells the sender of a batch how each of its records ended. */
export class ConfirmationSender {
	readonly edge: Edge;
	readonly #transport: Transport;
	readonly #runtime: Runtime;

	constructor(edge: Edge, transport: Transport, runtime: Runtime) {
		this.edge = edge;
		this.#transport = transport;
		this.#runtime = runtime;
	}

	async send(batchId: string, correlationId: string, deliveryResults: readonly RecordDeliveryResult[]): Promise<DeliveryConfirmation> {
		const { source, target } = EDGES[this.edge];
		const header = createHeader(this.#runtime, { source: target, target: source, type: 'DELIVERY_CONFIRMATION', correlationId });
		const confirmation: DeliveryConfirmation = { header, batchId, deliveryResults };
		await this.#transport.send(confirmation);
		return confirmation;
	}
}

/** Takes confirmations in. */
export class ConfirmationReceiver {
	readonly edge: Edge;
	readonly #events: TypedEmitter<IntegrationEvents>;

	constructor(edge: Edge, events: TypedEmitter<IntegrationEvents>) {
		this.edge = edge;
		this.#events = events;
	}

	receive(confirmation: DeliveryConfirmation): void {
		this.#events.emit('confirmed', { edge: this.edge, confirmation });
	}
}
