import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { measureInThisProcess, type ProcessMeasurement } from './one-process.ts';
import { type BenchPlan, resolvePlan } from './plan.ts';
import { type BenchReport, reportOf } from './report.ts';
import { renderReport } from './table.ts';

/** Set in the processes that measure. */
const MEASURING = 'PIPELINE_BENCH_MEASURING';

/** A measuring process ended without a result: the bench failed, most often its verification. */
export class BenchProcessError extends Error {
	readonly code = 'BENCH_PROCESS_FAILED';

	constructor(exitCode: number | null) {
		super(`a measuring process ended with code ${exitCode} and without a result; its error is above`);
		this.name = 'BenchProcessError';
	}
}

async function measureInFreshProcess(file: string): Promise<ProcessMeasurement> {
	const child = fork(file, process.argv.slice(2), {
		env: { ...process.env, [MEASURING]: '1' },
		stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
		// Numbers that are not finite survive; plain JSON would turn them into null.
		serialization: 'advanced',
	});
	let result: ProcessMeasurement | undefined;
	child.on('message', (message) => {
		result = message as ProcessMeasurement;
	});
	const [exitCode] = (await once(child, 'exit')) as [number | null];
	if (result === undefined || exitCode !== 0) throw new BenchProcessError(exitCode);
	return result;
}

/** Measuring side: sends the result to the parent and ends, whatever timers a subject left running. */
async function measureForParent(plan: BenchPlan, overrides: Partial<BenchPlan>): Promise<never> {
	const result = await measureInThisProcess(resolvePlan(plan, overrides));
	await new Promise<void>((sent) => process.send?.(result, () => sent()));
	process.exit(0);
}

/**
 * Measures in several fresh processes one after the other, each of which loads the calling file again. Says on stderr how far it is.
 *
 * Call it once, at the end of a file: `await measureInFreshProcesses(plan, import.meta.url)`. `overrides` must come from the
 * command line or the environment, which the measuring processes share.
 *
 * @throws BenchProcessError
 */
export async function measureInFreshProcesses(
	plan: BenchPlan,
	moduleUrl: string,
	overrides: Partial<BenchPlan> = {},
): Promise<BenchReport> {
	if (process.env[MEASURING] !== undefined) return measureForParent(plan, overrides);
	const resolved = resolvePlan(plan, overrides);
	const measured: ProcessMeasurement[] = [];
	for (let index = 0; index < resolved.processes; index += 1) {
		process.stderr.write(`${plan.name}: process ${index + 1} of ${resolved.processes}\n`);
		measured.push(await measureInFreshProcess(fileURLToPath(moduleUrl)));
		// What is known so far: a long run that is cut off has not been for nothing.
		if (index + 1 < resolved.processes) process.stderr.write(`${renderReport(reportOf(resolved, measured))}\n`);
	}
	return reportOf(resolved, measured);
}

/**
 * Runs a bench as `measureInFreshProcesses` does, then prints the table and, as last line, the report as JSON.
 *
 * @throws BenchProcessError
 */
export async function runBench(
	plan: BenchPlan,
	moduleUrl: string,
	overrides: Partial<BenchPlan> = {},
): Promise<BenchReport> {
	const report = await measureInFreshProcesses(plan, moduleUrl, overrides);
	console.log(renderReport(report));
	console.log(JSON.stringify(report));
	return report;
}
