/**
 * Lets long pieces of work share the event loop: each gets one turn after the other, and between two turns the loop does whatever else waits.
 * However many there are, the loop is held up by one turn only, and none of them waits for another to end.
 */
export class LoopTurns {
	readonly #waiting: (() => void)[] = [];
	#isScheduled = false;

	/** Resolves when it is the caller's turn, which lasts until it awaits something. */
	next(): Promise<void> {
		const { promise, resolve } = Promise.withResolvers<void>();
		this.#waiting.push(resolve);
		this.#schedule();
		return promise;
	}

	#schedule(): void {
		if (this.#isScheduled) return;
		this.#isScheduled = true;
		setImmediate(() => {
			this.#isScheduled = false;
			this.#waiting.shift()?.();
			if (this.#waiting.length > 0) this.#schedule();
		});
	}
}
