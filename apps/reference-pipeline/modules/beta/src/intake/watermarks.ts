import type { BetaConfig } from '../config/config.ts';
import type { BackPressureChange } from '../module/events.ts';

/** Wait that is recommended to a sender per share of fill above the low watermark, in milliseconds. */
const DELAY_PER_FILL_MS = 1000;

type Limits = Pick<BetaConfig, 'transformQueueCapacity' | 'backpressureHighWatermark' | 'backpressureLowWatermark'>;

/** Back-pressure with hysteresis: on at the high watermark, off below the low one. */
export class Watermarks {
	readonly #limits: Limits;
	readonly #signal: (change: BackPressureChange) => void;
	#active = false;

	constructor(limits: Limits, signal: (change: BackPressureChange) => void) {
		this.#limits = limits;
		this.#signal = signal;
	}

	get isActive(): boolean {
		return this.#active;
	}

	/** Tells the new depth of the queue. */
	changed(depth: number): void {
		const { transformQueueCapacity: queueCapacity, backpressureHighWatermark, backpressureLowWatermark } = this.#limits;
		const fill = depth / queueCapacity;
		const turnsOn = !this.#active && fill >= backpressureHighWatermark;
		const turnsOff = this.#active && fill < backpressureLowWatermark;
		if (!turnsOn && !turnsOff) return;
		this.#active = turnsOn;
		const recommendedDelayMs = turnsOn ? Math.round((fill - backpressureLowWatermark) * DELAY_PER_FILL_MS) : 0;
		const signalType = turnsOn ? 'ACTIVATE' : 'DEACTIVATE';
		this.#signal({ signalType, currentQueueDepth: depth, queueCapacity, recommendedDelayMs });
	}
}
