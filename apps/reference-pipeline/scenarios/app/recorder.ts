import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { RecorderReport } from '../../src/bench/recorder.ts';
import type { Scenario } from '../scenario.ts';
import { CLI } from './run-pipeline.ts';

/** The shortest form of the benchmark: its figures mean nothing, but it fails when a row did not do its work. */
export const recorder: Scenario = {
	title: 'app: bench recorder',
	async run(checks) {
		const { stdout, stderr, status } = spawnSync(process.execPath, [CLI, 'bench', 'recorder', '--short', '--json'], {
			encoding: 'utf8',
		});
		await checks.check('every row of every bench did its work, and every goal has a value', () => {
			assert.equal(status, 0, stderr);
			const { reports, memory, goals } = JSON.parse(stdout) as RecorderReport;
			assert.deepEqual(
				Object.entries(reports).map(([name, { rows }]) => [name, rows.length]),
				[
					['recorder', 10],
					['signals', 5],
					['encoder', 3],
					['metrics', 7],
				],
			);
			assert.ok(memory.residentOffMb > 0 && memory.steady.residentMb > 0);
			assert.deepEqual(
				goals.map(({ id }) => id),
				['P1a', 'P1b', 'P3', 'P5', 'P9a', 'P9b', 'P12', 'P13'],
			);
			assert.ok(goals.every(({ value }) => Number.isFinite(value)));
		});
	},
};
