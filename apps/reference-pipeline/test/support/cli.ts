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
	const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(OTEL_|NODE_|VITEST)/.test(name)));
	const child = spawn(process.execPath, ['--conditions=@pipeline/source', CLI, ...args], {
		env: { ...clean, ...env },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const [out, errors, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
	return { out, errors, exitCode: exitCode as number };
}
