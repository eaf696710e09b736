import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { BenchReport, Goal } from '@pipeline/bench';
import { ROWS } from '../../src/bench/goals.ts';
import type { Scenario } from '../scenario.ts';
import { CLI } from './run-pipeline.ts';

interface OverheadReport extends BenchReport {
	readonly direct: BenchReport;
	readonly goals: readonly Goal[];
}

/** The shortest form of the benchmark: its figures mean nothing, but it fails when a row did not do its work. */
export const overhead: Scenario = {
	title: 'app: bench overhead',
	async run(checks) {
		const { stdout, stderr, status } = spawnSync(process.execPath, [CLI, 'bench', 'overhead', '--short', '--json'], {
			encoding: 'utf8',
		});
		await checks.check('every row did its work, telemetry off and on', () => {
			assert.equal(status, 0, stderr);
			const { rows, direct, goals } = JSON.parse(stdout) as OverheadReport;
			assert.deepEqual(
				rows.map(({ mode }) => mode),
				['A/A control', ...Object.values(ROWS)],
			);
			const { prod, withoutAudit, sdk, sdkHead, sdkTail } = ROWS;
			assert.deepEqual(
				direct.rows.map(({ mode }) => mode),
				['A/A control', withoutAudit, prod, sdk, sdkHead, sdkTail],
			);
			assert.ok([...rows, ...direct.rows].every(({ baseCpuNs, latency }) => baseCpuNs > 0 && latency !== undefined));
			assert.deepEqual(
				goals.map(({ id }) => id),
				['P2', 'P2-pipeline', 'P4', 'P6a', 'P6b', 'P7', 'P7-pipeline', 'P8'],
			);
			assert.ok(goals.every(({ value }) => Number.isFinite(value)));
		});
	},
};
