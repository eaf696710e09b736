import type { BackPressureSignal, Edge } from '@pipeline/model';
import { CircuitRegistry } from '../circuit/circuit-registry.ts';
import { CircuitReporter } from '../circuit/circuit-reporter.ts';
import { ConfirmationReceiver } from '../confirmation/confirmation-receiver.ts';
import type { ErrorPropagator } from '../errors/error-propagator.ts';
import type { HealthClient } from '../health/health-client.ts';
import type { Message } from '../protocol/message.ts';
import { AckReceiver } from '../transfer/ack-receiver.ts';
import { EDGES, TRANSFER_CODES } from '../transfer/edge.ts';
import { TransferSender } from '../transfer/transfer-sender.ts';
import type { Transport } from '../transport/transport.ts';
import type { EndOptions } from './end-options.ts';
import type { IntegrationEmitter, IntegrationEvents } from './events.ts';
import { ServiceDesk } from './service-desk.ts';

/** The sending end of an edge. */
export class SendingEnd {
	readonly edge: Edge;
	readonly events: IntegrationEmitter;
	readonly circuits: CircuitRegistry;
	readonly sender: TransferSender;
	readonly acks: AckReceiver;
	readonly confirmations: ConfirmationReceiver;
	readonly circuitReporter: CircuitReporter;
	readonly #desk: ServiceDesk;
	readonly #transport: Transport;

	constructor(options: EndOptions) {
		const { edge, transport, runtime, circuits = new CircuitRegistry(runtime) } = options;
		const { source, target } = EDGES[edge];
		this.edge = edge;
		this.#transport = transport;
		this.circuits = circuits;
		this.#desk = new ServiceDesk(options, source, target, {
			halt: () => this.sender.halt(),
			throttle: (delayMs) => this.sender.throttle(delayMs),
		});
		const { events, config } = this.#desk;
		this.events = events;
		const circuit = circuits.circuit(`${source.toLowerCase()}:transfer:${target.toLowerCase()}`, config);
		this.sender = new TransferSender({ edge, transport, runtime, events, config, circuit });
		this.acks = new AckReceiver(this.sender);
		this.confirmations = new ConfirmationReceiver(edge, events);
		this.circuitReporter = new CircuitReporter(edge, transport, runtime);
	}

	/** Raises errors towards the receiver. */
	get errors(): ErrorPropagator {
		return this.#desk.errors;
	}

	/** Asks the receiver how it is. */
	get health(): HealthClient {
		return this.#desk.health;
	}

	start(): void {
		this.#transport.events.on('message', this.#receive);
		this.circuits.events.on('circuitChanged', this.#circuitChanged);
		this.circuits.events.on('callRejected', this.#callRejected);
		this.events.on('transferResolved', this.#resolved);
		this.#desk.start();
	}

	/** Fails what is under way. Drain the sender first. Answers the ids of batches received but never processed. */
	stop(): string[] {
		const unprocessed = this.sender.stop();
		this.#transport.events.off('message', this.#receive);
		this.circuits.events.off('circuitChanged', this.#circuitChanged);
		this.circuits.events.off('callRejected', this.#callRejected);
		this.events.off('transferResolved', this.#resolved);
		this.#desk.stop();
		return unprocessed;
	}

	readonly #receive = (message: Message): void => {
		if ('payload' in message) this.acks.receive(message);
		else if ('deliveryResults' in message) this.confirmations.receive(message);
		else if (message.header.messageType === 'BACKPRESSURE') this.#throttle(message as BackPressureSignal);
		else this.#desk.receive(message);
	};

	#throttle(signal: BackPressureSignal): void {
		this.sender.throttle(signal.signalType === 'ACTIVATE' ? signal.recommendedDelayMs : 0);
		this.events.emit('backPressure', { edge: this.edge, signal, activeMs: 0, direction: 'RECEIVED' });
	}

	readonly #circuitChanged = (change: IntegrationEvents['circuitChanged']): void => {
		if (change.circuitId !== this.sender.circuit.circuitId) return;
		this.events.emit('circuitChanged', change);
		void this.circuitReporter.send(change);
	};

	readonly #callRejected = (rejection: IntegrationEvents['callRejected']): void => {
		if (rejection.circuitId === this.sender.circuit.circuitId) this.events.emit('callRejected', rejection);
	};

	// On the event, so that whoever waits for the transfer is told first.
	readonly #resolved = ({ edge, outcome, transfer }: IntegrationEvents['transferResolved']): void => {
		if (edge !== this.edge || outcome === 'ACKED') return;
		const { checksum, exhausted } = TRANSFER_CODES[edge];
		const error = this.errors.create({
			errorCode: outcome === 'REJECTED' ? checksum : exhausted,
			errorMessage: `transfer ${outcome.toLowerCase()}`,
			severity: 'ERROR',
			recoverability: outcome === 'REJECTED' ? 'PERMANENT' : 'TRANSIENT',
			scope: 'BATCH',
			correlationId: transfer.header.correlationId,
			context: { batchId: transfer.metadata.batchId },
		});
		void this.errors.propagate(error, 'INVESTIGATE');
	};
}
