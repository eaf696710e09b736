import type { ActionRequired, ErrorNotification, IntegrationError, Module, Runtime } from '@pipeline/model';
import type { IntegrationEmitter } from '../layer/events.ts';
import { createHeader } from '../protocol/header.ts';
import { sendUnawaited, type Transport } from '../transport/transport.ts';

/** What is known of an error where it happens. */
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
	readonly #events: IntegrationEmitter;

	constructor(source: Module, target: Module, transport: Transport, runtime: Runtime, events: IntegrationEmitter) {
		this.#source = source;
		this.#target = target;
		this.#transport = transport;
		this.#runtime = runtime;
		this.#events = events;
	}

	/** An error with an id and a time. Name the errors it comes from in `context.upstreamErrors`. */
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

	/** Resolves with the notification, sent or not: a peer that is away learns of the error by other ways. */
	async propagate(error: IntegrationError, actionRequired: ActionRequired = 'NONE'): Promise<ErrorNotification> {
		const { correlationId, context } = error;
		const facts = { source: this.#source, target: this.#target, type: 'ERROR_NOTIFICATION', correlationId } as const;
		const notification: ErrorNotification = {
			header: createHeader(this.#runtime, facts),
			errors: [error],
			actionRequired,
		};
		const batch = context.batchId === undefined ? {} : { batchId: context.batchId };
		this.#events.emit('errorRaised', { error, ...batch });
		await sendUnawaited(this.#transport, notification);
		return notification;
	}
}
