import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { readmeExample } from '../src/readme-example.ts';
import { packageFolders, textOf } from '../src/tree.ts';

const root = new URL('../../..', import.meta.url).pathname;

const examples = packageFolders(root).flatMap((folder) => {
	const example = readmeExample(textOf(root, `${folder}/README.md`) ?? '');
	return example === undefined ? [] : [{ folder, code: example.code }];
});

/** Runs the code as a module inside the package, which therefore can import itself by name. */
async function run(folder: string, code: string): Promise<{ readonly exitCode: number; readonly errors: string }> {
	const args = ['--conditions=@pipeline/source', '--input-type=module-typescript', '-'];
	const child = spawn(process.execPath, args, { cwd: join(root, folder), stdio: ['pipe', 'ignore', 'pipe'] });
	child.stdin.end(code);
	const [errors, [exitCode]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
	return { exitCode: exitCode as number, errors };
}

describe.runIf(examples.length > 0)('examples of the READMEs', () => {
	it.each(examples)('$folder runs', { timeout: 60_000 }, async ({ folder, code }) => {
		const { exitCode, errors } = await run(folder, code);
		expect(exitCode, errors).toBe(0);
	});
});

describe('running an example', () => {
	it('fails when the example does', async () => {
		expect(await run('tooling/checks', "throw new Error('broken example');")).toMatchObject({ exitCode: 1 });
	});
});
