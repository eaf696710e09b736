import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { processFile } from './soak-protocol.ts';

const FILE = processFile(
	new URL('./soak-collector.js', import.meta.url),
	new URL('./soak-collector.ts', import.meta.url),
);
/** A collector in a process of its own that goes away and comes back on the same port. */
export class StandIn {
	readonly #folder: string;
	#process: ChildProcess | undefined;
	#port = 0;
	outages = 0;

	constructor(folder: string) {
		this.#folder = folder;
	}

	get url(): string {
		return `http://127.0.0.1:${this.#port}`;
	}

	async start(): Promise<void> {
		const child = fork(FILE, [String(this.#port), this.#folder]);
		this.#process = child;
		const [{ port }] = (await once(child, 'message')) as [{ port: number }];
		this.#port = port;
	}

	/** Gone for so long; every other time it does not answer any more before it goes. */
	async fail(milliseconds: number): Promise<void> {
		const isHanging = this.outages++ % 2 === 1;
		if (isHanging) {
			this.#process?.kill('SIGSTOP');
			await sleep(milliseconds / 2);
		}
		await this.stop();
		await sleep(isHanging ? milliseconds / 2 : milliseconds);
		await this.start();
	}

	async stop(): Promise<void> {
		const child = this.#process;
		this.#process = undefined;
		if (child === undefined) return;
		const gone = once(child, 'exit');
		child.kill('SIGKILL');
		await gone;
	}
}
