import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { eventKey, tenantOf } from '../events/event-row.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';

/** Events that are held when nobody says otherwise: some ten megabytes. */
const DEFAULT_CAPACITY = 10_000;
/** Characters in the dimensions of an event that is held: whoever sends the largest that there may be must not fill the memory with them. */
const MAX_LENGTH = 4_096;

/** The newest events that came in, but for very long ones, for when the store is away. Older ones make room. */
export class RecentEvents {
	readonly #events: (TelemetryEvent | undefined)[];
	/** Keys of those that are held (`eventKey`). */
	readonly #keys = new Set<string>();
	#next = 0;

	/** @param capacity 0: holds nothing */
	constructor(capacity = DEFAULT_CAPACITY) {
		this.#events = Array.from({ length: capacity });
	}

	/** An event that is sent again is held once. */
	add(event: TelemetryEvent): void {
		const key = eventKey(event);
		if (this.#events.length === 0 || this.#keys.has(key) || lengthOf(event) > MAX_LENGTH) return;
		const oldest = this.#events[this.#next];
		if (oldest !== undefined) this.#keys.delete(eventKey(oldest));
		this.#keys.add(key);
		this.#events[this.#next] = event;
		this.#next = (this.#next + 1) % this.#events.length;
	}

	/** Those that the scope may see and that are wanted, in the order of their times. */
	find(scope: TenantScope, isWanted: (event: TelemetryEvent) => boolean): readonly TelemetryEvent[] {
		const found = this.#events.filter(
			(event): event is TelemetryEvent => event !== undefined && scope.includes(tenantOf(event)) && isWanted(event),
		);
		return found.toSorted((a, b) => compare(a.timestamp, b.timestamp) || compare(a.eventId, b.eventId));
	}
}

function lengthOf({ dimensions }: TelemetryEvent): number {
	let length = 0;
	for (const key in dimensions) length += key.length + (dimensions[key]?.length ?? 0);
	return length;
}

function compare(a: string, b: string): number {
	if (a === b) return 0;
	return a < b ? -1 : 1;
}
