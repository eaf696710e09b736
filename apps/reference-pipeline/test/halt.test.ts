import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Summary } from '../src/run/summary.ts';
import { cli } from './support/cli.ts';

const ALL = 30_000;

/** Ids of what alpha and beta have queued. */
function queuedIn(out: string): ReadonlySet<string> {
	const folder = join(out, 'queues');
	const files = readdirSync(folder).filter((name) => !name.startsWith('gamma'));
	const lines = files.flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'));
	const entries = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as { put: { entry_id: string } });
	return new Set(entries.map(({ put }) => put.entry_id));
}

it.each(['1', '3'])(
	'gives up, with nothing lost, when most records fail and no operator is there (%s processes)',
	async (processes) => {
		const out = mkdtempSync(join(tmpdir(), 'pipeline-halt-'));
		onTestFinished(() => rmSync(out, { recursive: true, force: true }));
		const run = await cli(['run', '--faults', 'fail-most-records', '--processes', processes, '--out', out, '--json']);
		const { records, haltedAt, interrupted, audit } = JSON.parse(run.out) as Summary;
		expect([run.exitCode, records.open, interrupted, audit?.findings]).toEqual([1, 0, false, []]);
		expect(haltedAt).toBeGreaterThanOrEqual(0.8);
		expect(run.errors).toContain('of the last records failed in module beta: no more is read');
		expect(records.ingested).toBeLessThan(ALL);
		expect(records.delivered + records.queued).toBe(records.ingested);
		expect(queuedIn(out).size).toBe(records.queued);
	},
	180_000,
);
