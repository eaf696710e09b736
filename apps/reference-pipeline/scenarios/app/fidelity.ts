import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { FidelityReport } from '../../src/bench/fidelity.ts';
import type { Scenario } from '../scenario.ts';
import { CLI } from './run-pipeline.ts';

/** The shortest form of the benchmark: too few records for a share, but each of them is counted. */
export const fidelity: Scenario = {
	title: 'app: bench fidelity',
	async run(checks) {
		const { stdout, stderr, status } = spawnSync(process.execPath, [CLI, 'bench', 'fidelity', '--short', '--json'], {
			encoding: 'utf8',
		});
		const { results } = JSON.parse(stdout === '' ? '{"results":[]}' : stdout) as Pick<FidelityReport, 'results'>;
		await checks.check('every record of every mode came to an end', () => {
			assert.equal(status, 0, stderr);
			assert.deepEqual(
				results.map(({ mode, ingested, open }) => [mode, mode.endsWith('replays') ? 0 : ingested, open]),
				[
					['one process', 300, 0],
					['one process, faults', 300, 0],
					['one process, faults, replays', 0, 0],
					['three processes, faults', 300, 0],
				],
			);
			assert.ok(results.every(({ terminal, ingested }) => terminal >= ingested));
		});
		await checks.check(
			'without faults all contexts are complete, and with faults none is lost without being counted',
			() => {
				for (const { faults, terminal, complete, regenerated } of results)
					assert.ok(terminal - complete <= (faults.length === 0 ? 0 : regenerated), stderr);
			},
		);
	},
};
