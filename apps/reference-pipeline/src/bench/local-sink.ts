import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { entryFile } from './entry-file.ts';

/** An OTLP/HTTP receiver in a process of its own that throws away what it gets. */
export class LocalSink {
	readonly url: string;
	readonly #process: ChildProcess;

	private constructor(process: ChildProcess, port: number) {
		this.#process = process;
		this.url = `http://127.0.0.1:${port}`;
	}

	static async start(): Promise<LocalSink> {
		const child = fork(entryFile(new URL('./otlp-sink.ts', import.meta.url)));
		const [{ port }] = (await once(child, 'message')) as [{ port: number }];
		return new LocalSink(child, port);
	}

	/** Requests that arrived so far. */
	async requests(): Promise<number> {
		this.#process.send('requests');
		const [{ requests }] = (await once(this.#process, 'message')) as [{ requests: number }];
		return requests;
	}

	stop(): void {
		this.#process.disconnect();
	}
}
