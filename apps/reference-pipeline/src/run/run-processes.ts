import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { StageReport } from '../parts/stage.ts';
import type { TelemetryFacts } from '../telemetry/telemetry.ts';
import type { ChildCommand, ChildMessage, ChildStart } from './child-protocol.ts';
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
		for (const child of children) child.end();
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
		ingested: report.ingested,
		terminal(terminal) {
			ended++;
			report.terminal(terminal);
		},
	};
	const start = async (role: Role, port: number | undefined, listenPort = 0, childOptions = options) => {
		const child = await Child.start({ role, options: childOptions, port, listenPort }, counting);
		children.push(child);
		return child;
	};
	const gamma = await start('gamma', undefined);
	let beta = await start('beta', gamma.port);
	const alpha = await start('alpha', beta.port);
	interrupted.addEventListener('abort', () => alpha.send({ kind: 'interrupt' }), { once: true });
	let restarting: Promise<void> | undefined;
	if (options.faults.includes('restart-module')) {
		const timer = setInterval(() => {
			if (ended < RESTART_AFTER || restarting !== undefined) return;
			clearInterval(timer);
			restarting = (async () => {
				const { port } = beta;
				await beta.kill();
				// With the seed of the one before, new batches would get the ids of old ones, and gamma would take them for repeated.
				const seed = options.seed === undefined ? undefined : `${options.seed}/restarted`;
				beta = await start('beta', gamma.port, port, { ...options, seed });
			})();
		}, 20);
		timer.unref();
	}
	// In the order in which work flows: a module ends when nothing can come any more.
	facts.push(...(await alpha.drain()));
	await restarting;
	facts.push(...(await beta.drain()));
	facts.push(...(await gamma.drain()));
	return facts;
}

class Child {
	port = 0;
	readonly #process: ChildProcess;
	readonly #done: Promise<TelemetryFacts | undefined>;

	static async start(start: ChildStart, report: StageReport): Promise<Child> {
		const child = new Child(start.role, report);
		child.#process.send(start);
		child.port = await child.#ready;
		return child;
	}

	readonly #ready: Promise<number>;

	private constructor(role: Role, report: StageReport) {
		this.#process = fork(childFile(), { serialization: 'advanced', execArgv: process.execArgv });
		const ready = Promise.withResolvers<number>();
		const done = Promise.withResolvers<TelemetryFacts | undefined>();
		this.#ready = ready.promise;
		this.#done = done.promise;
		this.#done.catch(() => {});
		this.#process.on('message', (message: ChildMessage) => {
			if (message.kind === 'ready') ready.resolve(message.port);
			if (message.kind === 'done') done.resolve(message.facts);
			if (message.kind === 'failed') fail(new Error(`${role}: ${message.error}`));
			if (message.kind !== 'progress') return;
			for (const terminal of message.terminals) report.terminal(terminal);
			if (message.ingested > 0) report.ingested(message.ingested);
		});
		this.#process.on('exit', (code, signal) => fail(new Error(`${role} ended early (${signal ?? code})`)));
		function fail(error: Error): void {
			ready.reject(error);
			done.reject(error);
		}
	}

	send(command: ChildCommand): void {
		if (this.#process.connected) this.#process.send(command);
	}

	async drain(): Promise<TelemetryFacts[]> {
		this.send({ kind: 'drain' });
		const facts = await this.#done;
		return facts === undefined ? [] : [facts];
	}

	/** At once, if it is still there. */
	end(): void {
		this.#process.kill('SIGKILL');
	}

	async kill(): Promise<void> {
		const exited = new Promise((resolve) => this.#process.once('exit', resolve));
		this.#process.kill('SIGKILL');
		await exited;
	}
}

/** Beside the built CLI, or this source file's neighbour when run from sources. */
function childFile(): string {
	const built = fileURLToPath(new URL('./child.js', import.meta.url));
	return existsSync(built) ? built : fileURLToPath(new URL('./child.ts', import.meta.url));
}
