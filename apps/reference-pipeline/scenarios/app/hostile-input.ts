import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostileFiles } from '../../modules/alpha/test/hostile-files.ts';
import type { Scenario } from '../scenario.ts';
import { runPipeline } from './run-pipeline.ts';

const LEAST_FILES = 500;
/** Every third of the many damaged Parquet files: each costs the start of a worker thread. */
const PARQUET_SHARE = 3;
const MAX_RECORD_SIZE = 65_536;

/** Files made to break their readers, through all modules with all instrumentations. */
export const hostileInput: Scenario = {
	title: 'app: hostile files',
	async run(checks) {
		const folder = mkdtempSync(join(tmpdir(), 'pipeline-hostile-'));
		try {
			const count = writeFiles(folder);
			const { summary, exitCode, peakMb } = await runPipeline([
				...['--input', folder, '--out', join(folder, 'out')],
				...['--max-record-size', String(MAX_RECORD_SIZE), '--parquet-timeout', '500'],
			]);
			const { records, traces, unknownNames } = summary;
			await checks.check(`${count} files: one outcome for each record, no crash`, () => {
				assert.ok(count >= LEAST_FILES);
				assert.ok(records.ingested >= count && records.queued > 0);
				assert.equal(exitCode, 0);
				assert.equal(records.open, 0);
				assert.equal(records.delivered + records.queued + records.failed, records.ingested);
			});
			await checks.check('each record ends once, in the trace it began in', () => {
				const { terminal, complete, exported, connected, faults } = traces;
				assert.deepEqual([terminal, complete], [records.ingested, records.ingested]);
				assert.deepEqual([exported, connected, faults], [records.ingested, records.ingested, []]);
				assert.deepEqual(unknownNames, []);
			});
			checks.note(`${records.ingested} records, ${records.queued} queued, ${summary.durationMs} ms, peak ${peakMb} MB`);
		} finally {
			rmSync(folder, { recursive: true, force: true });
		}
	},
};

function writeFiles(folder: string): number {
	let parquet = 0;
	const files = hostileFiles(1).filter(({ name }) => !name.endsWith('good.parquet') || parquet++ % PARQUET_SHARE === 0);
	for (const [at, { name, content }] of files.entries()) writeFileSync(join(folder, `${at}-${name}`), content);
	return files.length;
}
