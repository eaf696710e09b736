import { createEmitter, type Edge, type HealthCheckRequest, type Module } from '@pipeline/model';
import { type IntegrationConfig, resolveConfig } from '../config.ts';
import { ErrorPropagator } from '../errors/error-propagator.ts';
import { ErrorReceiver, type Stoppable } from '../errors/error-receiver.ts';
import { HealthClient } from '../health/health-client.ts';
import { HealthProbe } from '../health/health-probe.ts';
import type { Message } from '../protocol/message.ts';
import type { ProtocolError } from '../protocol/protocol-error.ts';
import { sendUnawaited, type Transport } from '../transport/transport.ts';
import type { EndOptions } from './end-options.ts';
import type { IntegrationEmitter, IntegrationEvents } from './events.ts';

/** What both ends of an edge do alike: errors, health, reports of circuits, messages that are meant for others. */
export class ServiceDesk {
	readonly edge: Edge;
	readonly events: IntegrationEmitter;
	readonly config: IntegrationConfig;
	readonly errors: ErrorPropagator;
	readonly errorReceiver: ErrorReceiver;
	readonly health: HealthClient;
	readonly healthProbe: HealthProbe;
	readonly #transport: Transport;

	/** @param own the module at this end, @param peer the one at the other */
	constructor(options: EndOptions, own: Module, peer: Module, flow?: Stoppable) {
		const { edge, transport, runtime, components = async () => [] } = options;
		this.edge = edge;
		this.#transport = transport;
		this.events = options.events ?? createEmitter<IntegrationEvents>();
		this.config = resolveConfig(options.config);
		this.errors = new ErrorPropagator(own, peer, transport, runtime, this.events);
		this.errorReceiver = new ErrorReceiver(edge, this.events, flow);
		this.healthProbe = new HealthProbe(runtime, components);
		const { config, events } = this;
		this.health = new HealthClient({ edge, source: own, target: peer, transport, runtime, config, events });
	}

	/** Begins to listen for what is no message. */
	start(): void {
		this.#transport.events.on('rejected', this.#rejected);
	}

	stop(): void {
		this.#transport.events.off('rejected', this.#rejected);
		this.health.stop();
	}

	/** Takes a message that is not about batches. */
	receive(message: Message): void {
		switch (message.header.messageType) {
			case 'ERROR_NOTIFICATION':
				if ('errors' in message) this.errorReceiver.receive(message);
				break;
			case 'CIRCUIT_STATE_CHANGE':
				if ('circuitId' in message) this.events.emit('circuitReported', { edge: this.edge, change: message });
				break;
			case 'HEALTH_CHECK':
				if ('checkType' in message) void this.#answer(message);
				else if ('checks' in message) this.health.receive(message);
				break;
			default:
				this.#forward(message);
		}
	}

	#forward(message: Message): void {
		const isService = 'cacheNamespace' in message || 'latencyMs' in message || 'jobId' in message;
		if (isService) this.events.emit('serviceMessage', { edge: this.edge, message });
	}

	async #answer(request: HealthCheckRequest): Promise<void> {
		await sendUnawaited(this.#transport, await this.healthProbe.check(request));
	}

	readonly #rejected = (error: ProtocolError): void => {
		this.events.emit('messageRejected', { edge: this.edge, error });
	};
}
