import type { Runtime } from '@pipeline/model';
import type { GammaConfig } from '../config/gamma-config.ts';
import type { GammaAttempt } from '../delivery/gamma-attempt.ts';
import type { DeliveryStatus } from '../destinations/destination-adapter.ts';
import type { DestinationRegistry } from '../destinations/destination-registry.ts';

/** Asks a destination what became of a delivery. */
export class StatusQuery {
	private readonly destinations: DestinationRegistry;
	private readonly runtime: Runtime;
	private readonly timeoutMs: number;

	constructor(config: GammaConfig, destinations: DestinationRegistry, runtime: Runtime) {
		this.destinations = destinations;
		this.runtime = runtime;
		this.timeoutMs = config.deliveryTimeoutMs;
	}

	/** UNKNOWN when the destination does not know, fails, or takes longer than the delivery timeout. */
	async query(attempt: GammaAttempt): Promise<DeliveryStatus> {
		const adapter = this.destinations.get(attempt.destinationId)?.adapter;
		if (adapter === undefined) return { state: 'UNKNOWN' };
		const answered = new AbortController();
		const timer = this.runtime
			.sleep(this.timeoutMs, answered.signal)
			.catch(() => undefined)
			.then((): DeliveryStatus => ({ state: 'UNKNOWN' }));
		try {
			return await Promise.race([adapter.getDeliveryStatus(attempt.correlationId), timer]);
		} catch {
			return { state: 'UNKNOWN' };
		} finally {
			answered.abort();
		}
	}
}
