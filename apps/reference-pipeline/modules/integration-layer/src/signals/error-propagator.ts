import type { ActionRequired, ErrorNotification, IntegrationError, Module, Runtime, TypedEmitter } from '@pipeline/model';
import { createHeader } from '../message.ts';
import type { IntegrationEvents } from '../transfer/events.ts';
import { NotConnectedError, type Transport } from '../transport/transport.ts';

export interface ErrorFacts {
	readonly errorCode: string;
	readonly errorMessage: string;
	readonly severity: IntegrationError['severity'];
	readonly recoverability: IntegrationError['recoverability'];
	readonly scope: IntegrationError['scope'];
	readonly correlationId: string;
	readonly context?: IntegrationError['context'];
}

/** Tells the neighbouring module of an error, and what it should do. */
export class ErrorPropagator {
	readonly #source: Module;
	readonly #target: Module;
	readonly #transport: Transport;
	readonly #runtime: Runtime;
	readonly #events: TypedEmitter<IntegrationEvents>;

	constructor(source: Module, target: Module, transport: Transport, runtime: Runtime, events: TypedEmitter<IntegrationEvents>) {
		this.#source = source;
		this.#target = target;
		this.#transport = transport;
		this.#runtime = runtime;
		this.#events = events;
	}

	create({ context = {}, ...facts }: ErrorFacts): IntegrationError {
		return {
			...facts,
			context,
			errorId: this.#runtime.uuid('error'),
			timestamp: this.#runtime.timestamp(),
			sourceModule: this.#source,
			retryEligible: facts.recoverability === 'TRANSIENT',
		};
	}

	async propagate(error: IntegrationError, actionRequired: ActionRequired): Promise<ErrorNotification> {
		const { correlationId } = error;
		const header = createHeader(this.#runtime, { source: this.#source, target: this.#target, type: 'ERROR_NOTIFICATION', correlationId });
		const notification: ErrorNotification = { header, errors: [error], actionRequired };
		this.#events.emit('errorRaised', { error, ...(error.context.batchId === undefined ? {} : { batchId: error.context.batchId }) });
		try {
			await this.#transport.send(notification);
		} catch (failure) {
			if (!(failure instanceof NotConnectedError)) throw failure;
		}
		return notification;
	}
}
