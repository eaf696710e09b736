import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Goal, renderGoals } from '@pipeline/bench';
import type { Fault } from '../run/run-options.ts';
import type { KeptRecords, Summary } from '../run/summary.ts';
import { goalsOf, REPLAYS, resolutionOf, resolutionText } from './fidelity-goals.ts';
import { summaryOf } from './summary-of.ts';

/** One way to run the pipeline. */
export interface FidelityMode {
	readonly name: string;
	readonly processes: 1 | 3;
	readonly faults: readonly Fault[];
	/** Of traces that are kept whatever happens. */
	readonly ratio: number;
	readonly records: number;
	/** Whether what failed is processed again. */
	readonly replays?: true;
	/** Part of the short form. */
	readonly isShort?: true;
}

/** What one mode showed. */
export interface Fidelity {
	readonly mode: string;
	readonly processes: 1 | 3;
	readonly faults: readonly Fault[];
	readonly ratio: number;
	readonly ingested: number;
	/** Terminal points, and those that kept the trace in which their record began. */
	readonly terminal: number;
	readonly complete: number;
	/** Traces that were exported, and those of them without a gap. */
	readonly exported: number;
	readonly whole: number;
	/** Records that failed, and that were slowed down; those of them whose whole trace was exported. */
	readonly failed: KeptRecords;
	readonly slow: KeptRecords;
	readonly restored: number;
	readonly regenerated: number;
	readonly lost: Readonly<Record<string, number>>;
	readonly open: number;
}

/** The last line of `pipeline bench fidelity --json`. */
export interface FidelityReport {
	readonly bench: 'fidelity';
	readonly results: readonly Fidelity[];
	/** Share that one end of a record is of those of the smallest mode: what differs by less looks the same. */
	readonly resolution: number;
	readonly goals: readonly Goal[];
}

const PLANTED = ['fail-records', 'slow-records'] as const;
const CONTEXT = { ratio: 1, records: 100_000 } as const;
/** Of each mode of the short form: every way of a record is taken, and no share can be told. */
const SHORT_RECORDS = 300;

const MODES: readonly FidelityMode[] = [
	{ ...CONTEXT, name: 'one process', processes: 1, faults: [], isShort: true },
	{ ...CONTEXT, name: 'three processes', processes: 3, faults: [] },
	{
		...CONTEXT,
		name: 'one process, faults',
		processes: 1,
		faults: ['drop-header', 'duplicate-batch', 'strip-context', 'fail-records'],
		replays: true,
		isShort: true,
	},
	{
		...CONTEXT,
		name: 'three processes, faults',
		processes: 3,
		faults: ['drop-header', 'duplicate-batch', 'fail-records'],
		isShort: true,
	},
	{ ...CONTEXT, name: 'three processes, one stopped', processes: 3, faults: ['stop-module', ...PLANTED] },
	{ ...CONTEXT, name: 'three processes, one killed', processes: 3, faults: ['restart-module', ...PLANTED] },
	{ name: 'kept at 10 %, one process', processes: 1, faults: PLANTED, ratio: 0.1, records: 100_000 },
	{ name: 'kept at 0 %, one process', processes: 1, faults: PLANTED, ratio: 0, records: 100_000 },
	{ name: 'kept at 10 %, three processes', processes: 3, faults: PLANTED, ratio: 0.1, records: 30_000 },
	{ name: 'kept at 0 %, three processes', processes: 3, faults: PLANTED, ratio: 0, records: 30_000 },
	{
		name: 'kept at 10 %, three processes, faults',
		processes: 3,
		faults: ['drop-header', 'duplicate-batch', 'stop-module', ...PLANTED],
		ratio: 0.1,
		records: 30_000,
	},
];

export interface FidelityOptions {
	/** Of each mode, instead of their own numbers. */
	readonly records?: number | undefined;
	/** A few modes with a few hundred records. */
	readonly isShort?: boolean | undefined;
}

/** Runs all modes, one after the other. */
export async function measureFidelity({ records, isShort = false }: FidelityOptions): Promise<FidelityReport> {
	const results: Fidelity[] = [];
	for (const mode of MODES.filter((one) => !isShort || one.isShort === true)) {
		for (const result of await measure({ ...mode, records: records ?? (isShort ? SHORT_RECORDS : mode.records) })) {
			results.push(result);
			process.stderr.write(`${lineOf(result)}\n`);
		}
	}
	const goals = goalsOf(results);
	const resolution = resolutionOf(results);
	process.stderr.write(`\n${renderGoals(goals)}\n\n${resolutionText(resolution)}\n`);
	return { bench: 'fidelity', results, resolution, goals };
}

/** Each mode in a process of its own: telemetry can be started once in a process. */
async function measure(mode: FidelityMode): Promise<readonly Fidelity[]> {
	const { processes, faults, ratio, records } = mode;
	const out = mkdtempSync(join(tmpdir(), 'pipeline-fidelity-'));
	const transport = processes === 3 || faults.includes('drop-header') ? 'tcp' : 'memory';
	const args = ['run', '--json', '--out', out, '--records', String(records)];
	args.push('--processes', String(processes), '--transport', transport);
	if (faults.length > 0) args.push('--faults', faults.join());
	try {
		// A run that is slower than its input is fast has slow records of its own: only the planted ones are to be kept.
		const env = { TELEMETRY_TRACE_RATIO: String(ratio), TELEMETRY_SLOW_TRACE_MS: '3600000' };
		const results = [fidelityOf(mode, await summaryOf(args, env))];
		if (mode.replays === undefined) return results;
		const replay = ['queue', 'replay', 'all', '--json', '--out', out, '--justification', 'bench'];
		return [...results, fidelityOf({ ...mode, name: `${mode.name}${REPLAYS}` }, await summaryOf(replay, env))];
	} finally {
		rmSync(out, { recursive: true, force: true });
	}
}

function fidelityOf(
	{ name, processes, faults, ratio }: FidelityMode,
	{ records: { ingested, open }, traces, kept, lost }: Summary,
): Fidelity {
	const { terminal, complete, exported, whole, restored, regenerated } = traces;
	const { failed, slow } = kept;
	const counts = { ingested, terminal, complete, exported, whole, failed, slow, restored, regenerated, lost, open };
	return { mode: name, processes, faults, ratio, ...counts };
}

function lineOf({ mode, terminal, complete, exported, whole, failed, slow, restored, regenerated }: Fidelity): string {
	return (
		`${mode}: ${complete} of ${terminal} complete, ${restored} restored, ${regenerated} regenerated; ` +
		`${whole} of ${exported} exported traces whole; ${failed.whole} of ${failed.records} failed and ${slow.whole} of ${slow.records} slow records`
	);
}
