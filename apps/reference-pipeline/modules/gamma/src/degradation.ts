import type { Destination } from './destinations/destination.ts';
import type { DestinationRegistry } from './destinations/destination-registry.ts';
import type { GammaEmitter } from './gamma-events.ts';

/** 0 normal, 1 smaller batches, 2 also low-priority destinations paused, 3 also nothing accepted while the rest drains, 4 stop. */
export type DegradationLevel = 0 | 1 | 2 | 3 | 4;

/** A change of level and why. */
export interface DegradationChange {
	readonly from: DegradationLevel;
	readonly to: DegradationLevel;
	readonly reason: string;
}

const REDUCED_BATCH_SHARE = 0.25;

/** Trades throughput for survival, step by step. Every level includes the lower ones. */
export class Degradation {
	private readonly destinations: DestinationRegistry;
	private readonly events: GammaEmitter;
	private current: DegradationLevel = 0;

	constructor(destinations: DestinationRegistry, events: GammaEmitter) {
		this.destinations = destinations;
		this.events = events;
	}

	get level(): DegradationLevel {
		return this.current;
	}

	/** Whether new batches are accepted. */
	get acceptsWork(): boolean {
		return this.current < 3;
	}

	/** Applies a level. The same level again does nothing. */
	setLevel(to: DegradationLevel, reason: string): void {
		const from = this.current;
		if (from === to) return;
		this.current = to;
		for (const destination of this.destinations.all()) applyLevel(destination, to);
		this.events.emit('degradationChanged', { from, to, reason });
	}
}

function applyLevel({ batcher, priority }: Destination, level: DegradationLevel): void {
	batcher.scaleBatches(level >= 1 ? REDUCED_BATCH_SHARE : 1);
	// Level 3 drains: what was accepted still goes out, except to low-priority destinations.
	if (level >= 2 && priority === 'LOW') batcher.pause();
	else batcher.resume();
}
