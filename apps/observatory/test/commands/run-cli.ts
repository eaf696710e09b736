import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface CliResult {
	readonly code: number | null;
	readonly out: string;
	readonly errors: string;
}

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

/** The command line from its source, in a process of its own. */
export function startCli(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
	return spawn(process.execPath, ['--conditions=@pipeline/source', '--import', VERSION, CLI, ...args], {
		env: { ...process.env, NODE_NO_WARNINGS: '1', ...env },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
}

/** What the build would put in. */
const VERSION = `data:text/javascript,globalThis.__PACKAGE_VERSION__='0.0.0-test'`;

export async function runCli(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CliResult> {
	const child = startCli(args, env);
	let out = '';
	let errors = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		out += text;
	});
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		errors += text;
	});
	const { promise, resolve } = Promise.withResolvers<number | null>();
	child.once('close', resolve);
	return { code: await promise, out, errors };
}
