import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { SiegeResult } from '../../src/bench/siege.ts';
import type { Scenario } from '../scenario.ts';
import { CLI } from './run-pipeline.ts';

/** The shortest form of the benchmark: more records than memory holds, so that failing ones are looked for on the disk. */
export const siege: Scenario = {
	title: 'app: bench siege',
	async run(checks) {
		const { stdout, stderr, status } = spawnSync(process.execPath, [CLI, 'bench', 'siege', '--short', '--json'], {
			encoding: 'utf8',
		});
		await checks.check('every failing record has its whole trace', () => {
			assert.equal(status, 0, stderr);
			const { records, failed, wholeTraces } = JSON.parse(stdout) as SiegeResult;
			assert.deepEqual([records, failed, wholeTraces], [20_000, 200, 200]);
		});
	},
};
