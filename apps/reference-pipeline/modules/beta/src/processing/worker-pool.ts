import pLimit, { type LimitFunction } from 'p-limit';

/** What a pool works on. */
export interface WorkerPoolOptions<Item, Result> {
	/** Items worked on at the same time. */
	readonly concurrency: number;
	/** Items that may run ahead of the oldest unfinished one. */
	readonly windowSize: number;
	/** The next item, `undefined` when there is none or none may be taken now. */
	readonly next: () => Item | undefined;
	/** Must not reject. */
	readonly work: (item: Item) => Promise<Result>;
	/** Gets every result, in the order in which the items were taken. */
	readonly release: (item: Item, result: Result) => void;
}

interface Done<Item, Result> {
	readonly item: Item;
	readonly result: Result;
}

/** Works on several items at once and gives the results out in the order of the items. */
export class WorkerPool<Item, Result> {
	readonly #options: WorkerPoolOptions<Item, Result>;
	readonly #limit: LimitFunction;
	readonly #done = new Map<number, Done<Item, Result>>();
	readonly #idle: (() => void)[] = [];
	#taken = 0;
	#released = 0;
	#running = 0;

	constructor(options: WorkerPoolOptions<Item, Result>) {
		this.#options = options;
		this.#limit = pLimit(options.concurrency);
	}

	/** Items being worked on. */
	get running(): number {
		return this.#running;
	}

	get concurrency(): number {
		return this.#limit.concurrency;
	}

	/** Items taken whose result is not given out yet. */
	get unreleased(): number {
		return this.#taken - this.#released;
	}

	setConcurrency(concurrency: number): void {
		this.#limit.concurrency = concurrency;
		this.wake();
	}

	/** Takes items while there is room for them. Call it whenever `next` may have one. */
	wake(): void {
		while (this.#running < this.#limit.concurrency && this.unreleased < this.#options.windowSize) {
			const item = this.#options.next();
			if (item === undefined) return;
			this.#start(item);
		}
	}

	/** Settles when nothing is being worked on. */
	idle(): Promise<void> {
		if (this.unreleased === 0) return Promise.resolve();
		return new Promise((resolve) => this.#idle.push(resolve));
	}

	#start(item: Item): void {
		const position = this.#taken;
		this.#taken += 1;
		this.#running += 1;
		void this.#limit(this.#options.work, item).then((result) => {
			this.#running -= 1;
			this.#done.set(position, { item, result });
			this.#releaseReady();
			this.wake();
			if (this.unreleased === 0) for (const resolve of this.#idle.splice(0)) resolve();
		});
	}

	#releaseReady(): void {
		for (let done = this.#done.get(this.#released); done; done = this.#done.get(this.#released)) {
			this.#done.delete(this.#released);
			this.#released += 1;
			this.#options.release(done.item, done.result);
		}
	}
}
