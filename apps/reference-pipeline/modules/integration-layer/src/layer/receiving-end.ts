import type { BatchTransfer, Edge } from '@pipeline/model';
import { BackPressure } from '../back-pressure/back-pressure.ts';
import { ConfirmationSender } from '../confirmation/confirmation-sender.ts';
import type { ErrorPropagator } from '../errors/error-propagator.ts';
import type { HealthClient } from '../health/health-client.ts';
import type { Message } from '../protocol/message.ts';
import { AckSender } from '../transfer/ack-sender.ts';
import type { BatchWork } from '../transfer/batch-work.ts';
import { CONFIRMATION_LOST, EDGES, UNKNOWN_FAILURE } from '../transfer/edge.ts';
import { messageOf } from '../transfer/failure-facts.ts';
import { TransferReceiver } from '../transfer/transfer-receiver.ts';
import type { Transport } from '../transport/transport.ts';
import type { EndOptions } from './end-options.ts';
import type { IntegrationEmitter, IntegrationEvents } from './events.ts';
import { ServiceDesk } from './service-desk.ts';

/** A receiving end and what it does with batches. */
export type ReceivingEndOptions = EndOptions & BatchWork;

/** The receiving end of an edge. */
export class ReceivingEnd {
	readonly edge: Edge;
	readonly events: IntegrationEmitter;
	readonly acks: AckSender;
	readonly receiver: TransferReceiver;
	readonly confirmations: ConfirmationSender;
	readonly backPressure: BackPressure;
	readonly #desk: ServiceDesk;
	readonly #transport: Transport;

	constructor(options: ReceivingEndOptions) {
		const { edge, transport, runtime } = options;
		const { source, target } = EDGES[edge];
		this.edge = edge;
		this.#transport = transport;
		this.#desk = new ServiceDesk(options, target, source);
		const { events, config } = this.#desk;
		this.events = events;
		this.acks = new AckSender(edge, transport, runtime);
		this.backPressure = new BackPressure({ edge, transport, runtime, config, events });
		this.confirmations = new ConfirmationSender(edge, transport, runtime, events);
		this.receiver = new TransferReceiver({
			edge,
			runtime,
			config,
			events,
			acks: this.acks,
			work: options,
			onBusy: () => void this.backPressure.insist(),
			onFailed: (transfer, error) => this.#failed(transfer, error),
		});
	}

	/** Raises errors towards the sender. */
	get errors(): ErrorPropagator {
		return this.#desk.errors;
	}

	/** Asks the sender how it is. */
	get health(): HealthClient {
		return this.#desk.health;
	}

	start(): void {
		this.#transport.events.on('message', this.#receive);
		this.events.on('confirmationLost', this.#confirmationLost);
		this.#desk.start();
	}

	/** Takes nothing in any more; batches being processed are still answered. */
	stop(): void {
		this.receiver.stop();
		this.confirmations.stop();
		this.#transport.events.off('message', this.#receive);
		this.events.off('confirmationLost', this.#confirmationLost);
		this.#desk.stop();
	}

	readonly #receive = (message: Message): void => {
		if (!('records' in message)) {
			this.#desk.receive(message);
			return;
		}
		this.receiver.receive(message).catch((error: unknown) => this.#failed(message, error));
	};

	#failed({ header, metadata }: BatchTransfer, error: unknown): void {
		const failure = this.errors.create({
			errorCode: UNKNOWN_FAILURE,
			errorMessage: messageOf(error),
			severity: 'ERROR',
			recoverability: 'UNKNOWN',
			scope: 'BATCH',
			correlationId: header.correlationId,
			context: { batchId: metadata.batchId },
		});
		void this.errors.propagate(failure, 'INVESTIGATE');
	}

	readonly #confirmationLost = ({ edge, batchId }: IntegrationEvents['confirmationLost']): void => {
		if (edge !== this.edge) return;
		const error = this.errors.create({
			errorCode: CONFIRMATION_LOST,
			errorMessage: 'the confirmation found no connection in time',
			severity: 'ERROR',
			recoverability: 'TRANSIENT',
			scope: 'BATCH',
			correlationId: batchId,
			context: { batchId },
		});
		void this.errors.propagate(error);
	};
}
