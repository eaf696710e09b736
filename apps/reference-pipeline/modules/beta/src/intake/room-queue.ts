import Queue from 'yocto-queue';

interface Waiter {
	readonly count: number;
	readonly enter: () => void;
	readonly refuse: (reason: Error) => void;
}

/** Places of a bounded queue. Who asks for more than there are waits; first come, first served. */
export class RoomQueue {
	readonly #waiters = new Queue<Waiter>();
	#free: number;
	#closed: Error | undefined;

	constructor(capacity: number) {
		this.#free = capacity;
	}

	get waiting(): number {
		return this.#waiters.size;
	}

	/** Takes places, waiting until there are enough. Rejects with the reason of {@link close}. */
	reserve(count: number): Promise<void> {
		if (this.#closed) return Promise.reject(this.#closed);
		return new Promise((enter, refuse) => {
			this.#waiters.enqueue({ count, enter, refuse });
			this.#admit();
		});
	}

	/** Takes places at once, even ones that do not exist. */
	take(count: number): void {
		this.#free -= count;
	}

	/** Gives places back. */
	release(count: number): void {
		this.#free += count;
		this.#admit();
	}

	close(reason: Error): void {
		this.#closed = reason;
		for (const waiter of this.#waiters.drain()) waiter.refuse(reason);
	}

	#admit(): void {
		for (let next = this.#waiters.peek(); next && next.count <= this.#free; next = this.#waiters.peek()) {
			this.#waiters.dequeue();
			this.#free -= next.count;
			next.enter();
		}
	}
}
