import type { BackPressureSignal, Edge, Runtime, TypedEmitter } from '@pipeline/model';
import type { IntegrationConfig } from '../config.ts';
import { createHeader } from '../message.ts';
import { EDGES } from '../transfer/edge.ts';
import type { IntegrationEvents } from '../transfer/events.ts';
import { NotConnectedError, type Transport } from '../transport/transport.ts';

export interface BackPressureOptions {
	readonly edge: Edge;
	readonly transport: Transport;
	readonly runtime: Runtime;
	readonly config: IntegrationConfig;
	readonly events: TypedEmitter<IntegrationEvents>;
}

/** Asks the sender to slow down while the receiver's queue is nearly full. */
export class BackPressure {
	readonly edge: Edge;
	readonly #options: BackPressureOptions;
	#activeSinceMs: number | undefined;

	constructor(options: BackPressureOptions) {
		this.#options = options;
		this.edge = options.edge;
	}

	get isActive(): boolean {
		return this.#activeSinceMs !== undefined;
	}

	/**
	 * Looks at the queue and signals when it crosses a watermark.
	 *
	 * @param outflowPerSecond records that leave the queue each second
	 */
	async signal(depth: number, capacity: number, outflowPerSecond: number): Promise<BackPressureSignal | undefined> {
		const { config, runtime } = this.#options;
		const utilization = capacity === 0 ? 1 : depth / capacity;
		if (!this.isActive && utilization >= config.backpressureHighWatermark) {
			this.#activeSinceMs = runtime.now();
			return this.#send('ACTIVATE', depth, capacity, recommendedDelayMs(config, depth, capacity, outflowPerSecond), 0);
		}
		if (this.#activeSinceMs !== undefined && utilization < config.backpressureLowWatermark) {
			const activeMs = runtime.elapsedMs(this.#activeSinceMs);
			this.#activeSinceMs = undefined;
			return this.#send('DEACTIVATE', depth, capacity, 0, activeMs);
		}
		return undefined;
	}

	async #send(
		signalType: BackPressureSignal['signalType'],
		currentQueueDepth: number,
		queueCapacity: number,
		delayMs: number,
		activeMs: number,
	): Promise<BackPressureSignal> {
		const { transport, runtime, events } = this.#options;
		const { source, target } = EDGES[this.edge];
		const header = createHeader(runtime, { source: target, target: source, type: 'BACKPRESSURE', correlationId: this.edge });
		const signal: BackPressureSignal = { header, signalType, currentQueueDepth, recommendedDelayMs: delayMs, queueCapacity };
		events.emit('backPressure', { edge: this.edge, signal, activeMs, direction: 'SENT' });
		try {
			await transport.send(signal);
		} catch (error) {
			if (!(error instanceof NotConnectedError)) throw error;
		}
		return signal;
	}
}

/** How long a sender should wait until the queue is at its low watermark, at the present outflow. 10 ms to 5 s. */
export function recommendedDelayMs(
	{ backpressureLowWatermark }: IntegrationConfig,
	depth: number,
	capacity: number,
	outflowPerSecond: number,
): number {
	const surplus = depth - backpressureLowWatermark * capacity;
	return Math.min(5_000, Math.max(10, Math.round((1_000 * surplus) / Math.max(outflowPerSecond, 1))));
}
