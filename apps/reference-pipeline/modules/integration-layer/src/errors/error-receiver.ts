import type { Edge, ErrorNotification } from '@pipeline/model';
import type { IntegrationEmitter } from '../layer/events.ts';

/** What a peer may make the sender of batches do. */
export interface Stoppable {
	halt(): void;
	throttle(delayMs: number): void;
}

/** Pause that a peer's THROTTLE asks for, in milliseconds. */
export const THROTTLE_MS = 1_000;

/** Takes error notifications in and does what they require. INVESTIGATE is for operators: it is only told. */
export class ErrorReceiver {
	readonly edge: Edge;
	readonly #events: IntegrationEmitter;
	readonly #flow: Stoppable | undefined;

	/** @param flow what HALT and THROTTLE act on; none on the receiving end of an edge */
	constructor(edge: Edge, events: IntegrationEmitter, flow?: Stoppable) {
		this.edge = edge;
		this.#events = events;
		this.#flow = flow;
	}

	receive(notification: ErrorNotification): void {
		if (notification.actionRequired === 'HALT') this.#flow?.halt();
		if (notification.actionRequired === 'THROTTLE') this.#flow?.throttle(THROTTLE_MS);
		this.#events.emit('errorsReceived', { edge: this.edge, notification });
	}
}
