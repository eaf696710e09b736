import { StoreError } from './store-error.ts';

/** Lends a few things to many callers, first come first served. */
export class Slots<Thing> {
	readonly #free: Thing[];
	readonly #all: readonly Thing[];
	readonly #waiting: { resolve(thing: Thing): void; reject(error: StoreError): void }[] = [];
	#isClosed = false;

	constructor(things: readonly Thing[]) {
		this.#all = things;
		this.#free = [...things];
	}

	/** @param until aborted when the caller no longer waits; the thing stays taken until `work` has settled */
	async use<Result>(until: AbortSignal, work: (thing: Thing) => Promise<Result>): Promise<Result> {
		const thing = await this.#take(until);
		try {
			return await work(thing);
		} finally {
			const next = this.#waiting.shift();
			if (next === undefined) this.#free.push(thing);
			else next.resolve(thing);
		}
	}

	/** Lets nobody in any more and waits for those who are. @returns all things */
	async close(): Promise<readonly Thing[]> {
		this.#isClosed = true;
		for (const { reject } of this.#waiting.splice(0)) reject(closed());
		while (this.#free.length < this.#all.length) {
			const { promise, resolve, reject } = Promise.withResolvers<Thing>();
			this.#waiting.push({ resolve, reject });
			this.#free.push(await promise);
		}
		return this.#all;
	}

	async #take(until: AbortSignal): Promise<Thing> {
		if (this.#isClosed) throw closed();
		if (this.#free.length > 0) return this.#free.pop() as Thing;
		const { promise, resolve, reject } = Promise.withResolvers<Thing>();
		const place = { resolve, reject };
		this.#waiting.push(place);
		const giveUp = () => {
			const index = this.#waiting.indexOf(place);
			if (index < 0) return;
			this.#waiting.splice(index, 1);
			reject(new StoreError('QUERY_TIMEOUT', 'The query had to wait too long for others.'));
		};
		until.addEventListener('abort', giveUp, { once: true });
		try {
			return await promise;
		} finally {
			until.removeEventListener('abort', giveUp);
		}
	}
}

const closed = () => new StoreError('STORE_CLOSED', 'The store was closed.');
