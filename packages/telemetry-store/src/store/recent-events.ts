import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { tenantOf } from '../events/event-row.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';

/** Events that are held when nobody says otherwise: some ten megabytes. */
const DEFAULT_CAPACITY = 10_000;

/** The newest events that came in, for when the store is away. Older ones make room. */
export class RecentEvents {
	readonly #events: (TelemetryEvent | undefined)[];
	#next = 0;

	/** @param capacity 0: holds nothing */
	constructor(capacity = DEFAULT_CAPACITY) {
		this.#events = Array.from({ length: capacity });
	}

	add(event: TelemetryEvent): void {
		if (this.#events.length === 0) return;
		this.#events[this.#next] = event;
		this.#next = (this.#next + 1) % this.#events.length;
	}

	/** Those that the scope may see and that are wanted, once each, in the order of their times. */
	find(scope: TenantScope, isWanted: (event: TelemetryEvent) => boolean): readonly TelemetryEvent[] {
		const found = new Map<string, TelemetryEvent>();
		for (const event of this.#events) {
			if (event !== undefined && scope.includes(tenantOf(event)) && isWanted(event)) found.set(event.eventId, event);
		}
		return [...found.values()].toSorted((a, b) => compare(a.timestamp, b.timestamp) || compare(a.eventId, b.eventId));
	}
}

function compare(a: string, b: string): number {
	if (a === b) return 0;
	return a < b ? -1 : 1;
}
