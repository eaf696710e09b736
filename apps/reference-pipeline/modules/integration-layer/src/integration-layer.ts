import { createEmitter, type Edge, type IntegrationError, type Runtime, type TypedEmitter } from '@pipeline/model';
import { type IntegrationConfig, resolveConfig } from './config.ts';
import type { Message } from './message.ts';
import { BackPressure } from './signals/back-pressure.ts';
import { ErrorPropagator } from './signals/error-propagator.ts';
import { AckReceiver } from './transfer/ack-receiver.ts';
import { AckSender } from './transfer/ack-sender.ts';
import { ConfirmationReceiver, ConfirmationSender } from './transfer/confirmations.ts';
import { EDGES, TRANSFER_CODES } from './transfer/edge.ts';
import type { IntegrationEvents } from './transfer/events.ts';
import { type TransferHandler, TransferReceiver } from './transfer/transfer-receiver.ts';
import { TransferSender } from './transfer/transfer-sender.ts';
import type { Transport } from './transport/transport.ts';

export interface EndOptions {
	readonly edge: Edge;
	readonly transport: Transport;
	readonly runtime: Runtime;
	readonly config?: Partial<IntegrationConfig>;
	/** Shared by several ends of one process. */
	readonly events?: TypedEmitter<IntegrationEvents>;
}

/** The sending end of an edge. */
export class SendingEnd {
	readonly edge: Edge;
	readonly events: TypedEmitter<IntegrationEvents>;
	readonly sender: TransferSender;
	readonly acks: AckReceiver;
	readonly confirmations: ConfirmationReceiver;
	readonly errors: ErrorPropagator;
	readonly #transport: Transport;

	constructor({ edge, transport, runtime, config, events = createEmitter<IntegrationEvents>() }: EndOptions) {
		const { source, target } = EDGES[edge];
		this.edge = edge;
		this.events = events;
		this.#transport = transport;
		this.sender = new TransferSender({ edge, transport, runtime, events, config: resolveConfig(config) });
		this.acks = new AckReceiver(this.sender);
		this.confirmations = new ConfirmationReceiver(edge, events);
		this.errors = new ErrorPropagator(source, target, transport, runtime, events);
		// Reported after it was emitted, so that whoever waits for the transfer is told first.
		events.on('transferResolved', ({ edge: resolved, outcome, transfer }) => {
			if (resolved !== edge || outcome === 'ACKED') return;
			const { batchId } = transfer.metadata;
			const code = outcome === 'REJECTED' ? TRANSFER_CODES[edge].checksum : TRANSFER_CODES[edge].exhausted;
			void this.errors.propagate(this.#errorOf(code, outcome, batchId, transfer.header.correlationId), 'INVESTIGATE');
		});
	}

	start(): void {
		this.#transport.events.on('message', this.#receive);
	}

	stop(): void {
		this.#transport.events.off('message', this.#receive);
	}

	readonly #receive = (message: Message): void => {
		if ('payload' in message) this.acks.receive(message);
		else if ('deliveryResults' in message) this.confirmations.receive(message);
		else if ('signalType' in message) {
			this.sender.throttle(message.signalType === 'ACTIVATE' ? message.recommendedDelayMs : 0);
			this.events.emit('backPressure', { edge: this.edge, signal: message, activeMs: 0, direction: 'RECEIVED' });
		}
	};

	#errorOf(errorCode: string, outcome: string, batchId: string, correlationId: string): IntegrationError {
		return this.errors.create({
			errorCode,
			errorMessage: `transfer ${outcome.toLowerCase()}`,
			severity: 'ERROR',
			recoverability: outcome === 'REJECTED' ? 'PERMANENT' : 'TRANSIENT',
			scope: 'BATCH',
			correlationId,
			context: { batchId },
		});
	}
}

/** The receiving end of an edge. */
export class ReceivingEnd {
	readonly edge: Edge;
	readonly events: TypedEmitter<IntegrationEvents>;
	readonly receiver: TransferReceiver;
	readonly confirmations: ConfirmationSender;
	readonly backPressure: BackPressure;
	readonly errors: ErrorPropagator;
	readonly #transport: Transport;

	constructor(options: EndOptions & { readonly handler: TransferHandler }) {
		const { edge, transport, runtime, config, handler, events = createEmitter<IntegrationEvents>() } = options;
		const { source, target } = EDGES[edge];
		const resolved = resolveConfig(config);
		this.edge = edge;
		this.events = events;
		this.#transport = transport;
		const acks = new AckSender(edge, transport, runtime);
		this.receiver = new TransferReceiver({ edge, runtime, config: resolved, events, acks, handler });
		this.confirmations = new ConfirmationSender(edge, transport, runtime);
		this.backPressure = new BackPressure({ edge, transport, runtime, config: resolved, events });
		this.errors = new ErrorPropagator(target, source, transport, runtime, events);
	}

	start(): void {
		this.#transport.events.on('message', this.#receive);
	}

	stop(): void {
		this.#transport.events.off('message', this.#receive);
	}

	readonly #receive = (message: Message): void => {
		if (!('records' in message)) return;
		const { batchId } = message.metadata;
		this.receiver.receive(message).catch((error: unknown) => {
			const failure = this.errors.create({
				errorCode: 'INT_999_UNKNOWN',
				errorMessage: String(error),
				severity: 'CRITICAL',
				recoverability: 'UNKNOWN',
				scope: 'BATCH',
				correlationId: message.header.correlationId,
				context: { batchId },
			});
			void this.errors.propagate(failure, 'HALT');
		});
	};
}
