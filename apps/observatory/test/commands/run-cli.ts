import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { runObservatory } from '../../src/commands/observatory-command.ts';

export interface CliResult {
	readonly code: number | null;
	readonly out: string;
	readonly errors: string;
}

type Environment = Readonly<Record<string, string>>;

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

/** The command line from its source, in a process of its own. */
export function startCli(args: readonly string[]) {
	return spawn(process.execPath, ['--conditions=@pipeline/source', CLI, ...args], {
		env: { ...process.env, NODE_NO_WARNINGS: '1' },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
}

export async function runCliApart(args: readonly string[]): Promise<CliResult> {
	const child = startCli(args);
	const [out, errors] = [child.stdout, child.stderr].map((stream) => {
		const texts: string[] = [];
		stream.setEncoding('utf8').on('data', (text: string) => texts.push(text));
		return texts;
	});
	const { promise, resolve } = Promise.withResolvers<number | null>();
	child.once('close', resolve);
	return { code: await promise, out: out?.join('') ?? '', errors: errors?.join('') ?? '' };
}

/** The same in this process: much faster. One at a time. */
export async function runCli(args: readonly string[], env: Environment = {}): Promise<CliResult> {
	const [out, errors] = [process.stdout, process.stderr].map((stream) => {
		const texts: string[] = [];
		const spy = vi.spyOn(stream, 'write').mockImplementation((text, ...rest) => {
			texts.push(Buffer.from(text as string).toString());
			const done = rest.find((argument) => typeof argument === 'function');
			done?.(null);
			return true;
		});
		return { texts, spy };
	});
	for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
	try {
		const code = await runObservatory(args);
		return { code, out: out?.texts.join('') ?? '', errors: errors?.texts.join('') ?? '' };
	} finally {
		process.exitCode = undefined;
		out?.spy.mockRestore();
		errors?.spy.mockRestore();
		vi.unstubAllEnvs();
	}
}
