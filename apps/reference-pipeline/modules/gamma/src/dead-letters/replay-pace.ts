import type { Runtime } from '@pipeline/model';

/** Lets replays start one by one, evenly spaced. */
export class ReplayPace {
	private readonly intervalMs: number;
	private readonly runtime: Runtime;
	private gate: Promise<void> | undefined;

	constructor(ratePerSecond: number, runtime: Runtime) {
		this.intervalMs = 1000 / ratePerSecond;
		this.runtime = runtime;
	}

	/** Resolves when the next replay may start; the first one may at once. */
	async next(): Promise<void> {
		const previous = this.gate;
		const { promise, resolve } = deferred();
		this.gate = promise;
		await previous;
		void this.runtime.sleep(this.intervalMs).then(() => {
			if (this.gate === promise) this.gate = undefined;
			resolve();
		});
	}
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
	let resolve: () => void = () => undefined;
	const promise = new Promise<void>((done) => {
		resolve = done;
	});
	return { promise, resolve };
}
