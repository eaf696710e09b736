import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Summary } from '../src/run/summary.ts';
import { cli } from './support/cli.ts';

const LONG_MS = 180_000;

async function runAtRatio0(...args: readonly string[]): Promise<Summary> {
	const folder = mkdtempSync(join(tmpdir(), 'pipeline-kept-'));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	const planted = ['--faults', 'fail-records,slow-records', '--records', '1500'];
	const env = { TELEMETRY_TRACE_RATIO: '0', TELEMETRY_SLOW_TRACE_MS: '3600000' };
	const { out } = await cli(['run', '--json', '--out', join(folder, 'out'), ...planted, ...args], env);
	return JSON.parse(out) as Summary;
}

describe('at ratio 0', { timeout: LONG_MS }, () => {
	it.each([
		['one process', ['--transport', 'memory']],
		['one process whose modules are connected by TCP', ['--transport', 'tcp']],
		['three processes', ['--processes', '3']],
	])('every failed and every slow record has its whole trace in %s', async (_, args) => {
		const { records, traces, kept, lost } = await runAtRatio0(...args);
		const { failed, slow } = kept;
		expect(records.open).toBe(0);
		expect([failed.whole, slow.whole]).toEqual([failed.records, slow.records]);
		expect(Math.min(failed.records, slow.records)).toBeGreaterThan(0);
		expect([traces.whole, traces.complete]).toEqual([traces.exported, traces.terminal]);
		// Nobody asked for the others.
		expect(traces.exported).toBeLessThan(records.ingested);
		expect(lost).toEqual({});
	});
});
