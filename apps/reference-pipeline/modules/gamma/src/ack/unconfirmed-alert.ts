import type { GammaConfig } from '../config/gamma-config.ts';
import type { GammaEmitter } from '../gamma-events.ts';
import type { PendingByDestination } from './ack-outcome.ts';

/** Says once when a destination leaves too much unconfirmed, and again after it had recovered. */
export class UnconfirmedAlert {
	private readonly config: GammaConfig;
	private readonly events: GammaEmitter;
	private readonly alerted = new Set<string>();

	constructor(config: GammaConfig, events: GammaEmitter) {
		this.config = config;
		this.events = events;
	}

	check(pending: readonly PendingByDestination[]): void {
		const { unconfirmedAlertCount: thresholdCount, unconfirmedAlertAgeS: thresholdAgeSeconds } = this.config;
		const exceeded = pending.filter((p) => p.count > thresholdCount || p.oldestAgeSeconds > thresholdAgeSeconds);
		for (const { destinationId, count, oldestAgeSeconds } of exceeded) {
			if (this.alerted.has(destinationId)) continue;
			const alert = { destinationId, count, oldestAgeSeconds, thresholdCount, thresholdAgeSeconds };
			this.events.emit('unconfirmedThreshold', alert);
		}
		this.alerted.clear();
		for (const { destinationId } of exceeded) this.alerted.add(destinationId);
	}
}
