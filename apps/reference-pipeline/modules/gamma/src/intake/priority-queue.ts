import type { Priority } from '@pipeline/model';
import Queue from 'yocto-queue';

const ORDER: readonly Priority[] = ['CRITICAL', 'HIGH', 'NORMAL'];

/** First in, first out within a priority; CRITICAL before HIGH before NORMAL. */
export class PriorityQueue<T> {
	private readonly queues: Readonly<Record<Priority, Queue<T>>> = {
		CRITICAL: new Queue(),
		HIGH: new Queue(),
		NORMAL: new Queue(),
	};

	get size(): number {
		return this.queues.CRITICAL.size + this.queues.HIGH.size + this.queues.NORMAL.size;
	}

	enqueue(item: T, priority: Priority): void {
		this.queues[priority].enqueue(item);
	}

	dequeue(): T | undefined {
		for (const priority of ORDER) {
			if (this.queues[priority].size > 0) return this.queues[priority].dequeue();
		}
		return undefined;
	}
}
