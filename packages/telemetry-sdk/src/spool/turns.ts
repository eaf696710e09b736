/** Work that comes round again and again. */
export class Turns {
	readonly #timers: NodeJS.Timeout[] = [];

	/**
	 * Does it from time to time, and does not keep the process for it. When it fails it is no one's fault: it is tried again with the next turn. A
	 * turn that comes while it is being done is left out.
	 */
	every(milliseconds: number, work: () => Promise<void>): void {
		let isBusy = false;
		const turn = async () => {
			if (isBusy) return;
			isBusy = true;
			await work().catch(() => {});
			isBusy = false;
		};
		this.#timers.push(setInterval(() => void turn(), milliseconds).unref());
	}

	stop(): void {
		for (const timer of this.#timers) clearInterval(timer);
	}
}
