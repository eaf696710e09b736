import { type BenchPlan, type BenchReport, measureInFreshProcesses, planSize } from '@pipeline/bench';
import { entryFile } from '../entry-file.ts';
import { ROWS } from '../goals.ts';
import { directRecords } from './record-work.ts';
import { directRecorder } from './recorder.ts';
import { directEverySpan, directHeadSampled, directTailFiltered } from './sdk.ts';

const plan: BenchPlan = {
	name: 'direct',
	record: '1 KB in 13 stages of plain computation, a number each, 2 texts; 1 % fail',
	base: () => directRecords(),
	modes: {
		[ROWS.withoutAudit]: async () => directRecords(await directRecorder(false)),
		[ROWS.prod]: async () => directRecords(await directRecorder(true)),
		[ROWS.sdk]: async () => directRecords(await directEverySpan()),
		[ROWS.sdkHead]: async () => directRecords(await directHeadSampled()),
		[ROWS.sdkTail]: async () => directRecords(await directTailFiltered()),
	},
	// What waits is exported behind every batch, where a process does it every few seconds: in smaller ones requests cost more than what is in them.
	recordsPerBatch: 4_000,
	pairs: 60,
};

/** What a record costs whose telemetry is written by hand: no module, no wrapper, no metric is in the way. @throws BenchProcessError */
export const measureDirect = (): Promise<BenchReport> => {
	const isShort = process.argv.includes('--short');
	const size = { ...planSize(), ...(isShort ? { recordsPerBatch: 100, latencyRecords: 200 } : {}) };
	return measureInFreshProcesses(plan, entryFile(new URL('./direct.ts', import.meta.url)).href, size);
};
