import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { BenchProcessError, type BenchReport, type Goal, renderGoals } from '@pipeline/bench';
import { type AddedMemory, type MemoryReport, measureMemory } from './memory.ts';
import { goalsOf, type RecorderReports } from './recorder-goals.ts';

/** The last line of `pipeline bench recorder --json`. */
export interface RecorderReport {
	readonly bench: 'recorder';
	readonly node: string;
	readonly reports: RecorderReports;
	readonly memory: MemoryReport;
	readonly goals: readonly Goal[];
}

export interface RecorderBenchOptions {
	/** Shows that the work is done, measures nothing. */
	readonly isShort: boolean;
	/** Pairs of batches of each row, and fresh processes. @default those of the benches, 250 and 5 */
	readonly pairs?: number | undefined;
	readonly processes?: number | undefined;
}

const MEMORY_RECORDS = 50_000;
const MEMORY_PROCESSES = 3;
const SHORT_MEMORY_RECORDS = 400;

/** Runs the benches of `@pipeline/telemetry-sdk`, one after the other. Tables go to stderr. @throws BenchProcessError */
export async function measureRecorder(options: RecorderBenchOptions): Promise<RecorderReport> {
	const { isShort, pairs, processes } = options;
	const args = isShort ? ['--short'] : [];
	if (pairs !== undefined) args.push('--pairs', String(pairs));
	if (processes !== undefined) args.push('--processes', String(processes));
	const reports: RecorderReports = {
		recorder: await reportOf('recorder', args),
		signals: await reportOf('signals', args),
		encoder: await reportOf('encoder', args),
		metrics: await reportOf('metrics', args),
	};
	const memory = isShort
		? await measureMemory(SHORT_MEMORY_RECORDS, 1)
		: await measureMemory(MEMORY_RECORDS, Math.min(processes ?? MEMORY_PROCESSES, MEMORY_PROCESSES));
	const goals = goalsOf(reports, memory);
	process.stderr.write(`${memoryLines(memory)}\n\n${renderGoals(goals)}\n`);
	return { bench: 'recorder', node: process.versions.node, reports, memory, goals };
}

/** A bench file stands in its package's folder in the workspace: packages are published without. */
async function reportOf(name: keyof RecorderReports, args: readonly string[]): Promise<BenchReport> {
	const folder = new URL('./bench/', import.meta.resolve('@pipeline/telemetry-sdk/package.json'));
	const file = fileURLToPath(new URL(`${name}.bench.ts`, folder));
	const child = spawn(process.execPath, [...process.execArgv, file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
	const [output, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
	if (exitCode !== 0) throw new BenchProcessError(exitCode as number | null);
	const lines = output.trimEnd().split('\n');
	const report = JSON.parse(lines.pop() ?? '') as BenchReport;
	process.stderr.write(`${lines.join('\n')}\n\n`);
	return report;
}

function memoryLines({ records, atStart, steady, residentNoiseMb, heldGrownMb }: MemoryReport): string {
	const figures = ({ residentMb, heldMb, heldByKindMb: held }: AddedMemory) =>
		`${residentMb.toFixed(1)} MB resident, ${heldMb.toFixed(1)} MB of heap and buffers (main thread ${held.heap.toFixed(1)} + ${held.buffers.toFixed(1)}, audit ${held.threadHeap.toFixed(1)} + ${held.threadBuffers.toFixed(1)})`;
	return [
		`memory: everything on adds ${figures(atStart)} before the first record`,
		`        and ${figures(steady)} after ${records}, ${heldGrownMb.toFixed(1)} MB of it in the second half`,
		`        (resident without telemetry: within ${residentNoiseMb.toFixed(1)} MB)`,
	].join('\n');
}
