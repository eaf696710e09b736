import type { BackPressureSignal, Edge, Runtime } from '@pipeline/model';
import type { IntegrationConfig } from '../config.ts';
import type { IntegrationEmitter } from '../layer/events.ts';
import { createHeader } from '../protocol/header.ts';
import { EDGES } from '../transfer/edge.ts';
import { sendUnawaited, type Transport } from '../transport/transport.ts';
import { type QueueLoad, recommendedDelayMs } from './recommended-delay.ts';

/** What back-pressure works with. */
export interface BackPressureOptions {
	readonly edge: Edge;
	readonly transport: Transport;
	readonly runtime: Runtime;
	readonly config: IntegrationConfig;
	readonly events: IntegrationEmitter;
}

/** An active signal is repeated after this time, before the sender forgets it. */
export const REPEAT_AFTER_MS = 10_000;

/** Asks the sender to slow down while the receiver's queue is nearly full. */
export class BackPressure {
	readonly edge: Edge;
	readonly #options: BackPressureOptions;
	#activeSinceMs: number | undefined;
	#load: QueueLoad = { depth: 0, capacity: 0, outflowPerSecond: 0 };
	// By the real clock: a seeded run's clock stands still.
	#lastSignalMs = 0;

	constructor(options: BackPressureOptions) {
		this.#options = options;
		this.edge = options.edge;
	}

	/** Whether the sender is asked to slow down. */
	get isActive(): boolean {
		return this.#activeSinceMs !== undefined;
	}

	/**
	 * Looks at the queue and signals when it crosses a watermark, or is still over it after a while. Resolves with the
	 * signal, or undefined when there was none.
	 *
	 * @param outflowPerSecond records that leave the queue each second
	 */
	async signal(depth: number, capacity: number, outflowPerSecond: number): Promise<BackPressureSignal | undefined> {
		const { config, runtime } = this.#options;
		this.#load = { depth, capacity, outflowPerSecond };
		const utilization = capacity === 0 ? 1 : depth / capacity;
		if (this.#activeSinceMs === undefined) {
			if (utilization < config.backpressureHighWatermark) return undefined;
			this.#activeSinceMs = runtime.now();
			return this.#send('ACTIVATE', 0);
		}
		if (utilization < config.backpressureLowWatermark) {
			const activeMs = runtime.elapsedMs(this.#activeSinceMs);
			this.#activeSinceMs = undefined;
			return this.#send('DEACTIVATE', activeMs);
		}
		return performance.now() - this.#lastSignalMs >= REPEAT_AFTER_MS ? this.#send('ACTIVATE', 0) : undefined;
	}

	/** Says again, or for the first time, that the receiver is busy: a batch waits although no watermark was seen. */
	async insist(): Promise<BackPressureSignal> {
		this.#activeSinceMs ??= this.#options.runtime.now();
		return this.#send('ACTIVATE', 0);
	}

	async #send(signalType: BackPressureSignal['signalType'], activeMs: number): Promise<BackPressureSignal> {
		const { transport, runtime, config, events } = this.#options;
		const { source, target } = EDGES[this.edge];
		const facts = { source: target, target: source, type: 'BACKPRESSURE', correlationId: this.edge } as const;
		const { depth, capacity } = this.#load;
		const delayMs = recommendedDelayMs(config.backpressureLowWatermark, this.#load);
		const signal: BackPressureSignal = {
			header: createHeader(runtime, facts),
			signalType,
			currentQueueDepth: depth,
			recommendedDelayMs: signalType === 'ACTIVATE' ? delayMs : 0,
			queueCapacity: capacity,
		};
		this.#lastSignalMs = performance.now();
		events.emit('backPressure', { edge: this.edge, signal, activeMs, direction: 'SENT' });
		await sendUnawaited(transport, signal);
		return signal;
	}
}
