import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Summary } from '../run/summary.ts';

/** Runs this program again, with a command line that ends in a summary, and with these variables. */
export async function summaryOf(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Summary> {
	const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', ...args], {
		stdio: ['ignore', 'pipe', 'inherit'],
		env: { ...process.env, ...env },
	});
	const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
	if (output === '') throw new Error(`\`pipeline ${args.join(' ')}\` ended without a summary; its error is above`);
	return JSON.parse(output) as Summary;
}
