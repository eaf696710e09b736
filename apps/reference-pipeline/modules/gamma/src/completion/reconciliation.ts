import type { Runtime } from '@pipeline/model';
import type { DestinationRegistry } from '../destinations/destination-registry.ts';
import type { GammaEmitter } from '../gamma-events.ts';

/** Sent and confirmed deliveries of one destination in one interval. */
export interface Reconciliation {
	readonly destinationId: string;
	readonly intervalStart: string;
	readonly intervalEnd: string;
	readonly sent: number;
	readonly confirmed: number;
	/** Sent and not confirmed since the start. */
	readonly gap: number;
}

/** Compares what was sent with what was confirmed. */
export class Reconciler {
	private readonly destinations: DestinationRegistry;
	private readonly events: GammaEmitter;
	private readonly runtime: Runtime;
	private readonly reported = new Map<string, { readonly sent: number; readonly confirmed: number }>();
	private intervalStart: string;

	constructor(destinations: DestinationRegistry, events: GammaEmitter, runtime: Runtime) {
		this.destinations = destinations;
		this.events = events;
		this.runtime = runtime;
		this.intervalStart = runtime.timestamp();
	}

	/** Emits `reconciled` for every destination and begins the next interval. */
	report(): Reconciliation[] {
		const { intervalStart } = this;
		this.intervalStart = this.runtime.timestamp();
		return this.destinations.all().map(({ id, totals: { sent, confirmed } }) => {
			const before = this.reported.get(id) ?? { sent: 0, confirmed: 0 };
			this.reported.set(id, { sent, confirmed });
			const reconciliation = {
				destinationId: id,
				intervalStart,
				intervalEnd: this.intervalStart,
				sent: sent - before.sent,
				confirmed: confirmed - before.confirmed,
				gap: sent - confirmed,
			};
			this.events.emit('reconciled', reconciliation);
			return reconciliation;
		});
	}
}
