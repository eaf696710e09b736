import type { DeliveryConfirmation, Edge } from '@pipeline/model';
import type { IntegrationEmitter } from '../layer/events.ts';

/** Takes confirmations in. */
export class ConfirmationReceiver {
	readonly edge: Edge;
	readonly #events: IntegrationEmitter;

	constructor(edge: Edge, events: IntegrationEmitter) {
		this.edge = edge;
		this.#events = events;
	}

	receive(confirmation: DeliveryConfirmation): void {
		this.#events.emit('confirmed', { edge: this.edge, confirmation });
	}
}
