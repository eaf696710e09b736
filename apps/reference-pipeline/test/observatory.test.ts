import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Summary } from '../src/run/summary.ts';
import { ask } from './support/ask.ts';
import { cli } from './support/cli.ts';

const out = mkdtempSync(join(tmpdir(), 'pipeline-observed-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

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

	const failed = await ask<readonly { readonly recordId: string }[]>(out, 'failed', '--limit', '300');
	expect(failed).toHaveLength(records.queued);
	expect(failed.map(({ recordId }) => recordId)).toContain(examples.failed);
	expect(await ask(out, 'journey', String(examples.failed))).toMatchObject({ recordId: examples.failed });
	expect(await ask(out, 'verify')).toMatchObject({ findings: [] });
});
