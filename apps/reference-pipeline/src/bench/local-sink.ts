import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { entryFile } from './entry-file.ts';

/** What arrived at a receiver. */
export interface Received {
	/** Requests so far. */
	readonly requests: number;
	/** Different texts of each pattern since the last question. */
	readonly distinct: readonly number[];
}

/** An OTLP/HTTP receiver in a process of its own that throws away what it gets. */
export class LocalSink {
	readonly url: string;
	readonly #process: ChildProcess;

	private constructor(process: ChildProcess, port: number) {
		this.#process = process;
		this.url = `http://127.0.0.1:${port}`;
	}

	/** @param patterns regular expressions of texts to look for in what arrives */
	static async start(patterns: readonly string[] = []): Promise<LocalSink> {
		const child = fork(entryFile(new URL('./otlp-sink.ts', import.meta.url)), patterns);
		const [{ port }] = (await once(child, 'message')) as [{ port: number }];
		return new LocalSink(child, port);
	}

	async received(): Promise<Received> {
		this.#process.send('received');
		const [received] = (await once(this.#process, 'message')) as [Received];
		return received;
	}

	stop(): void {
		this.#process.disconnect();
	}
}
