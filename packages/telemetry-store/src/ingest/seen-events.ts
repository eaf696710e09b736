const WINDOW_MS = 600_000;
const MAX_KEYS = 100_000;

/**
 * Keys (`eventKey`) of events that are stored, for ten minutes, and the newest 100,000 of them at most. A key is added when its event is
 * stored, and not when it comes: what could not be stored is sent again.
 */
export class SeenEvents {
	readonly #storedAt = new Map<string, number>();

	has(key: string): boolean {
		const storedAt = this.#storedAt.get(key);
		return storedAt !== undefined && performance.now() - storedAt < WINDOW_MS;
	}

	add(keys: Iterable<string>): void {
		const now = performance.now();
		for (const key of keys) {
			this.#storedAt.delete(key);
			this.#storedAt.set(key, now);
		}
		for (const key of this.#storedAt.keys()) {
			if (this.#storedAt.size <= MAX_KEYS) return;
			this.#storedAt.delete(key);
		}
	}
}
