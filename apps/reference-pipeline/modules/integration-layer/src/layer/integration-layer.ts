import { type CircuitBreakerState, createEmitter, type Edge, type Runtime } from '@pipeline/model';
import { CircuitRegistry } from '../circuit/circuit-registry.ts';
import type { IntegrationConfig } from '../config.ts';
import type { HealthReport } from '../health/health-probe.ts';
import type { BatchWork } from '../transfer/batch-work.ts';
import type { Transport } from '../transport/transport.ts';
import type { IntegrationEmitter, IntegrationEvents } from './events.ts';
import { ReceivingEnd } from './receiving-end.ts';
import { SendingEnd } from './sending-end.ts';

/** What all ends of one process share. */
export interface IntegrationLayerOptions {
	readonly runtime: Runtime;
	/** Of every edge. */
	readonly config?: Partial<IntegrationConfig>;
	/** Of single edges; wins over `config`. */
	readonly edges?: Readonly<Partial<Record<Edge, Partial<IntegrationConfig>>>>;
	readonly components?: HealthReport;
}

/** How an end of the layer differs from the others. */
interface EndParts {
	readonly edge: Edge;
	readonly transport: Transport;
}

/** Time that a stop leaves for batches under way, in milliseconds. */
export const DRAIN_TIMEOUT_MS = 30_000;

/** The ends of edges that one process has, with one emitter and one set of circuits. */
export class IntegrationLayer {
	readonly events: IntegrationEmitter = createEmitter<IntegrationEvents>();
	readonly circuits: CircuitRegistry;
	readonly #options: IntegrationLayerOptions;
	readonly #sending: SendingEnd[] = [];
	readonly #receiving: ReceivingEnd[] = [];
	#isStarted = false;

	constructor(options: IntegrationLayerOptions) {
		this.#options = options;
		this.circuits = new CircuitRegistry(options.runtime);
	}

	/** Adds the sending end of an edge; its `sender` is what the module hands batches to. */
	sending(edge: Edge, transport: Transport): SendingEnd {
		const end = new SendingEnd(this.#partsOf({ edge, transport }));
		this.#sending.push(end);
		if (this.#isStarted) end.start();
		return end;
	}

	/** Adds the receiving end of an edge. */
	receiving(edge: Edge, transport: Transport, work: BatchWork): ReceivingEnd {
		const end = new ReceivingEnd({ ...this.#partsOf({ edge, transport }), ...work });
		this.#receiving.push(end);
		if (this.#isStarted) end.start();
		return end;
	}

	start(): void {
		if (this.#isStarted) return;
		this.#isStarted = true;
		for (const end of [...this.#receiving, ...this.#sending]) end.start();
	}

	/**
	 * Lets batches under way come to their end, then stops everything. Answers the ids of batches that were received but
	 * not processed in that time. Transports stay open: they belong to whoever made them.
	 */
	async stop({ drainTimeoutMs = DRAIN_TIMEOUT_MS }: { readonly drainTimeoutMs?: number } = {}): Promise<string[]> {
		await Promise.all(this.#sending.map(({ sender }) => sender.drain(drainTimeoutMs)));
		const unprocessed = this.#sending.flatMap((end) => end.stop());
		for (const end of this.#receiving) end.stop();
		this.#isStarted = false;
		return unprocessed;
	}

	/** Batches not acknowledged yet. */
	get inFlight(): number {
		return this.#sending.reduce((sum, { sender }) => sum + sender.inFlight, 0);
	}

	/** Attempts that wait for an acknowledgment. */
	get pendingAcks(): number {
		return this.#sending.reduce((sum, { sender }) => sum + sender.pendingAcks, 0);
	}

	/** Batches received by their peers but not processed. */
	get unprocessed(): number {
		return this.#sending.reduce((sum, { sender }) => sum + sender.unprocessed, 0);
	}

	/** Batches that this process took in and did not finish. */
	get processing(): number {
		return this.#receiving.reduce((sum, { receiver }) => sum + receiver.processing, 0);
	}

	/** Every circuit with its history. */
	get circuitStates(): readonly CircuitBreakerState[] {
		return this.circuits.states();
	}

	#partsOf(parts: EndParts) {
		const { runtime, config, edges, components } = this.#options;
		return {
			...parts,
			runtime,
			config: { ...config, ...edges?.[parts.edge] },
			events: this.events,
			circuits: this.circuits,
			...(components === undefined ? {} : { components }),
		};
	}
}
