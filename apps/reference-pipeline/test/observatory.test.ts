import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import type { Summary } from '../src/run/summary.ts';
import { cli } from './support/cli.ts';

const out = mkdtempSync(join(tmpdir(), 'pipeline-observed-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** The answer of the observatory's own command, from the folder of the run. */
async function ask(...args: readonly string[]): Promise<unknown> {
	const file = fileURLToPath(import.meta.resolve('@pipeline/observatory/cli'));
	const asking = [...args, '--data', join(out, 'store'), '--json'];
	const child = spawn(process.execPath, ['--conditions=@pipeline/source', file, ...asking], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const [answer, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
	expect(exitCode).toBe(0);
	return JSON.parse(answer);
}

it('leaves a store that tells of every record what became of it', { timeout: 180_000 }, async () => {
	const run = [
		'run',
		'--observatory',
		'--records',
		'300',
		'--seed',
		'1',
		'--faults',
		'fail-records',
		'--profile',
		'prod',
	];
	const { out: printed, errors } = await cli([...run, '--out', out, '--json']);
	const { records, examples, audit } = JSON.parse(printed) as Summary;
	expect(records, errors).toMatchObject({ ingested: 300, open: 0 });
	expect(records.queued).toBeGreaterThan(0);
	expect(audit?.findings).toEqual([]);
	expect(errors).toContain('pnpm run observatory failed');

	const failed = (await ask('failed', '--limit', '300')) as { readonly recordId: string }[];
	expect(failed).toHaveLength(records.queued);
	expect(failed.map(({ recordId }) => recordId)).toContain(examples.failed);
	expect(await ask('journey', String(examples.failed))).toMatchObject({ recordId: examples.failed });
	expect(await ask('verify')).toMatchObject({ findings: [] });
});
