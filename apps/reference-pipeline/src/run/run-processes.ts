import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { StageReport } from '../parts/stage.ts';
import type { TelemetryFacts } from '../telemetry/telemetry.ts';
import type { ChildCommand, ChildMessage, ChildStart } from './child-protocol.ts';
import { runKey } from './run-key.ts';
import type { Role, RunOptions } from './run-options.ts';

/** Records that beta has ended before it is restarted. */
const RESTART_AFTER = 3_000;

/** Each module in a process of its own, connected by TCP. @returns what telemetry emitted in each */
export async function runProcesses(
	options: RunOptions,
	report: StageReport,
	interrupted: AbortSignal,
): Promise<readonly TelemetryFacts[]> {
	const children: Child[] = [];
	try {
		return await runChildren(options, report, interrupted, children);
	} finally {
		for (const child of children) void child.end('SIGKILL');
	}
}

async function runChildren(
	options: RunOptions,
	report: StageReport,
	interrupted: AbortSignal,
	children: Child[],
): Promise<readonly TelemetryFacts[]> {
	const facts: TelemetryFacts[] = [];
	let ended = 0;
	const counting: StageReport = {
		...report,
		terminal(terminal) {
			ended++;
			report.terminal(terminal);
		},
	};
	const env = { ...process.env, ...(await runKey()) };
	const start = async (role: Role, port: number | undefined, listenPort = 0, childOptions = options) => {
		const child = await Child.start({ role, options: childOptions, port, listenPort }, env, counting, facts);
		children.push(child);
		return child;
	};
	const gamma = await start('gamma', undefined);
	let beta = await start('beta', gamma.port);
	const alpha = await start('alpha', beta.port);
	const interrupt = () => alpha.send({ kind: 'interrupt' });
	if (interrupted.aborted) interrupt();
	interrupted.addEventListener('abort', interrupt, { once: true });
	let restarting: Promise<void> | undefined;
	const ending = options.faults.includes('restart-module') ? 'SIGKILL' : 'SIGTERM';
	if (options.faults.includes('restart-module') || options.faults.includes('stop-module')) {
		const timer = setInterval(() => {
			if (ended < RESTART_AFTER || restarting !== undefined) return;
			clearInterval(timer);
			restarting = (async () => {
				const { port } = beta;
				await beta.end(ending);
				// With the seed of the one before, new batches would get the ids of old ones, and gamma would take them for repeated.
				const seed = options.seed === undefined ? undefined : `${options.seed}/restarted`;
				beta = await start('beta', gamma.port, port, { ...options, seed });
			})();
		}, 20);
		timer.unref();
	}
	// In the order in which work flows: a module has nothing left to do when nothing can come any more. They end the other way round, because
	// what is decided about traces flows back.
	await alpha.drain();
	await restarting;
	await beta.drain();
	await gamma.drain();
	for (const child of [gamma, beta, alpha]) await child.finish();
	return facts;
}

class Child {
	port = 0;
	readonly #process: ChildProcess;
	readonly #drained: Promise<void>;
	readonly #done: Promise<void>;

	static async start(
		start: ChildStart,
		env: NodeJS.ProcessEnv,
		report: StageReport,
		facts: TelemetryFacts[],
	): Promise<Child> {
		const child = new Child(start.role, env, report, facts);
		child.#process.send(start);
		child.port = await child.#ready;
		return child;
	}

	readonly #ready: Promise<number>;

	private constructor(role: Role, env: NodeJS.ProcessEnv, report: StageReport, facts: TelemetryFacts[]) {
		this.#process = fork(childFile(), { env, serialization: 'advanced', execArgv: process.execArgv });
		const ready = Promise.withResolvers<number>();
		const drained = Promise.withResolvers<void>();
		const done = Promise.withResolvers<void>();
		this.#ready = ready.promise;
		this.#drained = drained.promise;
		this.#done = done.promise;
		for (const promise of [this.#drained, this.#done]) promise.catch(() => {});
		this.#process.on('message', (message: ChildMessage) => {
			if (message.kind === 'ready') ready.resolve(message.port);
			if (message.kind === 'drained') drained.resolve();
			if (message.kind === 'done') done.resolve();
			if (message.kind === 'emitted') facts.push(message.facts);
			if (message.kind === 'halted') report.halted?.(message.errorRate);
			if (message.kind === 'failed') fail(new Error(`${role}: ${message.error}`));
			if (message.kind !== 'progress') return;
			for (const terminal of message.terminals) report.terminal(terminal);
			if (message.ingested > 0) report.ingested(message.ingested);
			report.slowed?.(message.slowed);
		});
		this.#process.on('exit', (code, signal) => fail(new Error(`${role} ended early (${signal ?? code})`)));
		function fail(error: Error): void {
			for (const { reject } of [ready, drained, done]) reject(error);
		}
	}

	send(command: ChildCommand): void {
		if (this.#process.connected) this.#process.send(command);
	}

	async drain(): Promise<void> {
		this.send({ kind: 'drain' });
		await this.#drained;
	}

	async finish(): Promise<void> {
		this.send({ kind: 'finish' });
		await this.#done;
	}

	/** By a signal, if it is still there. */
	async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
		if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
		const exited = new Promise((resolve) => this.#process.once('exit', resolve));
		this.#process.kill(signal);
		await exited;
	}
}

/** Beside the built CLI, or this source file's neighbour when run from sources. */
function childFile(): string {
	const built = fileURLToPath(new URL('./child.js', import.meta.url));
	return existsSync(built) ? built : fileURLToPath(new URL('./child.ts', import.meta.url));
}
