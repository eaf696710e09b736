import type { Priority } from '@pipeline/model';
import Queue from 'yocto-queue';

const ORDER: readonly Priority[] = ['CRITICAL', 'HIGH', 'NORMAL'];

/** First in, first out inside each priority; higher priorities first. */
export class PriorityQueue<T> {
	readonly #lanes: Readonly<Record<Priority, Queue<T>>> = {
		CRITICAL: new Queue<T>(),
		HIGH: new Queue<T>(),
		NORMAL: new Queue<T>(),
	};

	get size(): number {
		return ORDER.reduce((sum, priority) => sum + this.#lanes[priority].size, 0);
	}

	enqueue(item: T, priority: Priority): void {
		this.#lanes[priority].enqueue(item);
	}

	dequeue(): T | undefined {
		for (const priority of ORDER) {
			if (this.#lanes[priority].size > 0) return this.#lanes[priority].dequeue();
		}
		return undefined;
	}
}
