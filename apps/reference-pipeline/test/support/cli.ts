import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

export interface CliRun {
	readonly out: string;
	readonly errors: string;
	readonly exitCode: number;
}

/** The application from its sources, exporting nowhere unless `env` says so. */
export async function cli(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CliRun> {
	const { exitCode, ...said } = await startCli(args, env).ended;
	return { ...said, exitCode: exitCode as number };
}

/** The same, while it runs. */
export function startCli(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
	const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(OTEL_|NODE_|VITEST)/.test(name)));
	const child = spawn(process.execPath, ['--conditions=@pipeline/source', CLI, ...args], {
		env: { ...clean, ...env },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]).then(
		([out, errors, [exitCode]]) => ({ out, errors, exitCode: exitCode as number | null }),
	);
	return { kill: (signal: NodeJS.Signals) => child.kill(signal), ended };
}
