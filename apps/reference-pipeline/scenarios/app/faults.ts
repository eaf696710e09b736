import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Summary } from '../../src/run/summary.ts';
import type { Scenario } from '../scenario.ts';
import { runPipeline } from './run-pipeline.ts';

interface FaultyRun {
	readonly faults: string;
	readonly processes: '1' | '3';
	readonly records: number;
	readonly holds: (traces: Summary['traces'], records: Summary['records']) => void;
}

/** Every record in one whole trace, none restored, none begun anew. */
function untouched(
	{ terminal, complete, exported, connected, restored, regenerated }: Summary['traces'],
	records: Summary['records'],
): void {
	assert.deepEqual([complete, restored, regenerated], [terminal, 0, 0]);
	assert.deepEqual([exported, connected], [records.ingested, records.ingested]);
}

const RUNS: readonly FaultyRun[] = [
	{ faults: 'drop-header,duplicate-batch', processes: '1', records: 3_000, holds: untouched },
	{ faults: 'drop-header,duplicate-batch', processes: '3', records: 3_000, holds: untouched },
	{
		// The process remembers where each record was: what lost its context gets it back.
		faults: 'strip-context',
		processes: '1',
		records: 1_500,
		holds({ terminal, complete, exported, connected, restored, regenerated }, records) {
			assert.ok(restored > 0);
			assert.deepEqual([complete, regenerated], [terminal, 0]);
			assert.deepEqual([exported, connected], [records.ingested, records.ingested]);
		},
	},
	{
		// Nobody remembers: each is one more trace, whole in itself, and counted.
		faults: 'strip-context',
		processes: '3',
		records: 1_500,
		holds({ exported, connected, restored, regenerated }, records) {
			assert.ok(regenerated > 0);
			assert.equal(restored, 0);
			assert.deepEqual([exported, connected], [records.ingested + regenerated, exported]);
		},
	},
	{
		// The spans that the killed process had not exported are gone with it, so only the events are judged.
		faults: 'restart-module',
		processes: '3',
		records: 6_000,
		holds({ terminal, complete, exported }, records) {
			assert.deepEqual([complete, exported], [terminal, records.ingested]);
		},
	},
];

/** What must hold when messages lose their context, arrive twice, or a module is killed. */
export const faults: Scenario = {
	title: 'app: faults',
	async run(checks) {
		const folder = mkdtempSync(join(tmpdir(), 'pipeline-faults-'));
		try {
			for (const { faults: kinds, processes, records, holds } of RUNS) {
				await checks.check(`${kinds}, ${processes} process${processes === '1' ? '' : 'es'}`, async () => {
					const { summary } = await runPipeline([
						...['--seed', '7', '--transport', 'tcp', '--out', join(folder, `${kinds}-${processes}`)],
						...['--faults', kinds, '--processes', processes, '--records', String(records)],
					]);
					const { ingested, delivered, queued, failed, open } = summary.records;
					assert.deepEqual([ingested, open], [records, 0]);
					assert.equal(delivered + queued + failed, ingested);
					holds(summary.traces, summary.records);
				});
			}
		} finally {
			rmSync(folder, { recursive: true, force: true });
		}
	},
};
