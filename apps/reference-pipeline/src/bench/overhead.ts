import { type BenchPlan, measureInFreshProcesses, planSize, renderGoals, renderReport } from '@pipeline/bench';
import { uninstallTelemetry } from '@pipeline/telemetry-core';
import { instrumentModules } from '../telemetry/instrument-modules.ts';
import { measureAllocation } from './allocation.ts';
import { measureDirect } from './direct/plan.ts';
import { goalsOf, ROWS } from './goals.ts';
import type { OverheadMode } from './overhead-mode.ts';
import { pipelineSubject } from './pipeline-subject.ts';
import { plainPipelineSubject } from './plain-copy.ts';
import { metricsOnly, recorderDev, recorderProd, recorderWithoutAudit } from './recorder-modes.ts';
import { sdkEverySpan, sdkHeadSampled, sdkTailFiltered, sdkWithAudit } from './sdk-modes.ts';

// Loaded again by every measuring process, with the same arguments.

/** Rows of the table beside the control. A new way to have telemetry is one more line. */
const MODES: Readonly<Record<string, () => Promise<OverheadMode>>> = {
	[ROWS.metrics]: metricsOnly,
	[ROWS.withoutAudit]: recorderWithoutAudit,
	[ROWS.prod]: recorderProd,
	[ROWS.everyTrace]: recorderDev,
	[ROWS.sdkAudit]: sdkWithAudit,
	[ROWS.sdk]: sdkEverySpan,
	[ROWS.sdkHead]: sdkHeadSampled,
	[ROWS.sdkTail]: sdkTailFiltered,
};

const ALLOCATION_PROCESSES = 5;

// In place in every row but one: what is measured is telemetry switched on against telemetry switched off.
await instrumentModules();
uninstallTelemetry();

const plan: BenchPlan = {
	name: 'overhead',
	record: 'a flight from memory through alpha, beta and gamma into a JSON and a CSV file',
	base: () => pipelineSubject(),
	modes: {
		[ROWS.plain]: async () => (await plainPipelineSubject())(),
		...Object.fromEntries(
			Object.entries(MODES).map(([name, make]) => [name, async () => pipelineSubject(await make())]),
		),
	},
	// What waits is exported behind every batch: in smaller ones requests would cost more than what is in them.
	recordsPerBatch: 400,
	pairs: 60,
	warmUpBatches: 10,
};
const isShort = process.argv.includes('--short');
const size = { ...planSize(), ...(isShort ? { recordsPerBatch: 10 } : {}) };

const report = await measureInFreshProcesses(plan, import.meta.url, size);
const direct = await measureDirect();
const goals = goalsOf(report, direct, await measureAllocation(isShort ? 1 : ALLOCATION_PROCESSES));
const table = `${renderReport(report)}\n\n${renderReport(direct)}\n\n${renderGoals(goals)}\n`;
const isJson = process.argv.includes('--json');
if (isJson) process.stderr.write(table);
process.stdout.write(isJson ? `${JSON.stringify({ ...report, direct, goals })}\n` : table);
