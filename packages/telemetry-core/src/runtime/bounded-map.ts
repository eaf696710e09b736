// Hot path: `set` runs for every record.

/**
 * A map that forgets its oldest entry when there are more than `capacity`. A key that is set again keeps its age; delete it first to make it
 * the newest.
 *
 * What is oldest is asked of one iterator that stays: a new one walks over everything deleted since V8 last tidied the table, which took
 * 3 µs an insert at 4,096 entries and more than 10 at 65,536, instead of 0.3.
 */
export class BoundedMap<K, V> extends Map<K, V> {
	readonly #capacity: number;
	readonly #onForget: ((value: V, key: K) => void) | undefined;
	/** What it has passed is deleted, so its next key is the oldest. */
	#oldestFirst: MapIterator<K> | undefined;
	#setsSinceForgotten = 0;

	/**
	 * @param capacity entries at most
	 * @param onForget is told of each entry that made room, not of those that were deleted
	 */
	constructor(capacity: number, onForget?: (value: V, key: K) => void) {
		super();
		this.#capacity = capacity;
		this.#onForget = onForget;
	}

	override set(key: K, value: V): this {
		super.set(key, value);
		if (this.size > this.#capacity) this.#forgetOldest();
		// An iterator at rest keeps every earlier table of the map in memory.
		else if (this.#oldestFirst !== undefined && ++this.#setsSinceForgotten > this.#capacity)
			this.#oldestFirst = undefined;
		return this;
	}

	#forgetOldest(): void {
		this.#oldestFirst ??= this.keys();
		this.#setsSinceForgotten = 0;
		const { value: oldest, done } = this.#oldestFirst.next();
		if (done === true) return;
		const forgotten = this.get(oldest) as V;
		this.delete(oldest);
		this.#onForget?.(forgotten, oldest);
	}
}
