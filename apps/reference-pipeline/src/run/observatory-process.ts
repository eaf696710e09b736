import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunOptions } from './run-options.ts';

/** What the observatory has not yet got when the run is over, it gets within this time. */
export const FLUSH_TIMEOUT_MS = 300_000;

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 60_000;
const MAX_SAID = 1_000;

/** What the observatory tells the process that has forked it, once it listens. */
interface Addresses {
	readonly apiUrl: string;
	readonly otlpUrl: string;
}

export interface ObservatoryOptions {
	/** Folder of its storage. */
	readonly data: string;
	/** File for what it prints. */
	readonly log: string;
	/** On the ports that others know, rather than on any that are free. */
	readonly isPublic: boolean;
}

/** The observatory beside a run, in a process of its own: it receives what the run says, and answers questions about it. */
export class ObservatoryProcess {
	readonly apiUrl: string;
	readonly otlpUrl: string;
	readonly #process: ChildProcess;

	private constructor(child: ChildProcess, { apiUrl, otlpUrl }: Addresses) {
		this.#process = child;
		this.apiUrl = apiUrl;
		this.otlpUrl = otlpUrl;
	}

	/** @throws Error when it cannot start, with what it said */
	static async start({ data, log, isPublic }: ObservatoryOptions): Promise<ObservatoryProcess> {
		const ports = isPublic ? [] : ['--port', '0', '--otlp-port', '0'];
		const child = fork(cliFile(), ['serve', '--data', data, ...ports], {
			silent: true,
			// Interrupts are ours to pass on: it has to outlive the run.
			detached: true,
			env: { ...process.env, NODE_OPTIONS: '' },
		});
		const output = createWriteStream(log);
		child.stdout?.pipe(output);
		child.stderr?.pipe(output);
		const listening = Promise.withResolvers<Addresses>();
		const timer = setTimeout(() => listening.reject(new Error('it does not answer')), START_TIMEOUT_MS);
		let said = '';
		child.stderr?.on('data', (text: Buffer) => {
			said = `${said}${text}`.slice(-MAX_SAID);
		});
		child.on('message', (addresses: Addresses) => listening.resolve(addresses));
		child.once('exit', (code, signal) => listening.reject(new Error(said.trim() || `it ended (${signal ?? code})`)));
		try {
			return new ObservatoryProcess(child, await listening.promise);
		} catch (error) {
			child.kill('SIGKILL');
			throw error;
		} finally {
			clearTimeout(timer);
		}
	}

	/** Ends it; what it has received is stored before. */
	async stop(): Promise<void> {
		if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
		const ended = once(this.#process, 'exit');
		this.#process.kill('SIGTERM');
		const timer = setTimeout(() => this.#process.kill('SIGKILL'), STOP_TIMEOUT_MS);
		await ended;
		clearTimeout(timer);
	}
}

/**
 * Starts an observatory for a run, and has the run's telemetry sent to it. A run without it is a run all the same: what is missing is said.
 *
 * @param isPublic on the ports that others know
 * @returns undefined where telemetry is off, goes elsewhere already, or the observatory cannot start
 */
export async function startObservatory(
	{ out, profile }: Pick<RunOptions, 'out' | 'profile'>,
	isPublic: boolean,
): Promise<ObservatoryProcess | undefined> {
	if (profile === 'off') return undefined;
	const named = process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
	if (named !== undefined) {
		process.stderr.write(`Telemetry goes to ${named}, which is set: no observatory is started.\n`);
		return undefined;
	}
	mkdirSync(out, { recursive: true });
	try {
		const [data, log] = [join(out, 'store'), join(out, 'observatory.log')];
		const observatory = await ObservatoryProcess.start({ data, log, isPublic });
		process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = observatory.otlpUrl;
		return observatory;
	} catch (error) {
		const advice = isPublic ? '; with --observatory rather than --keep it takes ports that are free' : '';
		process.stderr.write(`No observatory: ${error instanceof Error ? error.message : String(error)}${advice}\n`);
		return undefined;
	}
}

const cliFile = () => fileURLToPath(import.meta.resolve('@pipeline/observatory/cli'));
