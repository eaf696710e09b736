const WINDOW_MS = 600_000;
const MAX_IDS = 100_000;

/**
 * Ids of events that are stored, for ten minutes, and the newest 100,000 of them at most. An id is added when its event is stored, and not when
 * it comes: what could not be stored is sent again.
 */
export class SeenEvents {
	readonly #storedAt = new Map<string, number>();

	has(eventId: string): boolean {
		const storedAt = this.#storedAt.get(eventId);
		return storedAt !== undefined && performance.now() - storedAt < WINDOW_MS;
	}

	add(eventIds: Iterable<string>): void {
		const now = performance.now();
		for (const eventId of eventIds) {
			this.#storedAt.delete(eventId);
			this.#storedAt.set(eventId, now);
		}
		for (const eventId of this.#storedAt.keys()) {
			if (this.#storedAt.size <= MAX_IDS) return;
			this.#storedAt.delete(eventId);
		}
	}
}
