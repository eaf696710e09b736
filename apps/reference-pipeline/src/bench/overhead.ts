import { type BenchPlan, measureInFreshProcesses, renderReport } from '@pipeline/bench';
import { uninstallTelemetry } from '@pipeline/telemetry-core';
import { instrumentModules } from '../telemetry/instrument-modules.ts';
import type { OverheadMode } from './overhead-mode.ts';
import { pipelineSubject } from './pipeline-subject.ts';
import { recorderDev, recorderProd } from './recorder-modes.ts';
import { sdkInMemory, sdkOtlp } from './sdk-modes.ts';

// Loaded again by every measuring process, with the same arguments.

/** Rows of the table beside the control. A new way to have telemetry is one more line. */
const MODES: Readonly<Record<string, () => Promise<OverheadMode>>> = {
	'SDK, in memory': sdkInMemory,
	'SDK, OTLP': sdkOtlp,
	'recorder, every trace': recorderDev,
	'recorder, prod': recorderProd,
};

const SHORT: Partial<BenchPlan> = { recordsPerBatch: 10, pairs: 2, processes: 1, warmUpBatches: 1 };

// In place in every row: what is measured is telemetry switched on against telemetry switched off.
await instrumentModules();
uninstallTelemetry();

const plan: BenchPlan = {
	name: 'overhead',
	record: 'a flight from memory through alpha, beta and gamma into a JSON and a CSV file',
	base: () => pipelineSubject(),
	modes: Object.fromEntries(
		Object.entries(MODES).map(([name, make]) => [name, async () => pipelineSubject(await make())]),
	),
	recordsPerBatch: 100,
	latencyRecords: 0,
};
const isShort = process.argv.includes('--short');
const isJson = process.argv.includes('--json');

const report = await measureInFreshProcesses(plan, import.meta.url, isShort ? SHORT : {});
const table = `${renderReport(report)}\n`;
if (isJson) process.stderr.write(table);
process.stdout.write(isJson ? `${JSON.stringify(report)}\n` : table);
