import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

/** The answer of the observatory's own command, from the folder of a run. */
export async function ask<T>(out: string, ...args: readonly string[]): Promise<T> {
	const file = fileURLToPath(import.meta.resolve('@pipeline/observatory/cli'));
	const asking = [...args, '--data', join(out, 'store'), '--json'];
	const child = spawn(process.execPath, ['--conditions=@pipeline/source', file, ...asking], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const [answer, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
	expect(exitCode).toBe(0);
	return JSON.parse(answer) as T;
}
