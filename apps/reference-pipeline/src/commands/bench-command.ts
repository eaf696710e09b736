import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Fault } from '../run/run-options.ts';
import type { Summary } from '../run/summary.ts';

interface Flags {
	readonly records: number;
	readonly json?: boolean;
}

interface Mode {
	readonly name: string;
	readonly processes: 1 | 3;
	readonly faults: readonly Fault[];
}

const MODES: readonly Mode[] = [
	{ name: 'one process', processes: 1, faults: [] },
	{ name: 'one process, faults', processes: 1, faults: ['drop-header', 'duplicate-batch', 'strip-context'] },
	{ name: 'three processes', processes: 3, faults: [] },
	{ name: 'three processes, faults', processes: 3, faults: ['drop-header', 'duplicate-batch'] },
	{ name: 'three processes, a restart', processes: 3, faults: ['restart-module'] },
];

interface Fidelity {
	readonly mode: string;
	readonly faults: readonly Fault[];
	readonly ingested: number;
	readonly terminal: number;
	readonly complete: number;
	/** Terminal points that kept the trace in which their record began, in one. */
	readonly ratio: number;
	readonly connected: number;
	readonly exported: number;
	readonly restored: number;
	readonly regenerated: number;
	readonly open: number;
}

/** `pipeline bench`. */
export function benchCommand(): Command {
	const command = new Command('bench').description('Measure what telemetry promises.');
	command
		.command('fidelity')
		.description('How many records keep one trace from ingestion to their end, with and without faults.')
		.addOption(new Option('--records <n>', 'records of each mode').argParser(positiveInteger).default(6_000))
		.option('--json', 'one JSON object as the last line')
		.action(fidelity);
	command
		.command('overhead')
		.description('What telemetry costs one record, switched on against switched off, batch by batch in turn.')
		.option('--short', 'a few batches only: shows that the work is done, measures nothing')
		.option('--json', 'one JSON object as the last line; the table goes to stderr')
		.action(overhead);
	command
		.command('siege')
		.description('Records that wait behind a stalled destination, and whole traces of those that fail then.')
		.addOption(new Option('--records <n>', 'records in flight').argParser(positiveInteger).default(1_000_000))
		.option('--json', 'one JSON object as the last line')
		.action(besiege);
	return command;
}

async function besiege({ records, json = false }: Flags): Promise<void> {
	const { siege } = await import('../bench/siege.ts');
	const result = await siege(records, (done) => process.stderr.write(`\r${done} of ${records} records`));
	const { failed, wholeTraces, memoryAddedMb, diskMb, recoverySeconds } = result;
	process.stderr.write(
		`\r${records} records: ${wholeTraces} of ${failed} failing ones have their whole trace after ${recoverySeconds.toFixed(1)} s; ${memoryAddedMb.toFixed(0)} MB of memory, ${diskMb.toFixed(0)} MB on disk\n`,
	);
	if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
	process.exit(result.goals.every(({ pass }) => pass) ? 0 : 1);
}

/** The file reads the command line itself: its measuring processes load it again. */
async function overhead(): Promise<void> {
	await import('../bench/overhead.ts');
	process.exit(0);
}

async function fidelity({ records, json = false }: Flags): Promise<void> {
	const results: Fidelity[] = [];
	for (const mode of MODES) {
		const result = await measure(mode, records);
		results.push(result);
		process.stderr.write(
			`${result.mode}: ${result.complete} of ${result.terminal} complete (${(result.ratio * 100).toFixed(3)} %), ${result.restored} restored, ${result.regenerated} regenerated\n`,
		);
	}
	process.stdout.write(json ? `${JSON.stringify({ bench: 'fidelity', records, results })}\n` : '');
	process.exit(results.every(({ open, terminal }) => open === 0 && terminal > 0) ? 0 : 1);
}

/** Each mode in a process of its own: telemetry can be started once in a process. */
async function measure({ name, processes, faults }: Mode, records: number): Promise<Fidelity> {
	const out = mkdtempSync(join(tmpdir(), 'pipeline-fidelity-'));
	const transport = processes === 3 || faults.length > 0 ? 'tcp' : 'memory';
	const args = ['run', '--json', '--seed', 'fidelity', '--out', out, '--records', String(records)];
	args.push('--processes', String(processes), '--transport', transport);
	if (faults.length > 0) args.push('--faults', faults.join());
	try {
		return fidelityOf(name, faults, await summaryOf(args));
	} finally {
		rmSync(out, { recursive: true, force: true });
	}
}

async function summaryOf(args: readonly string[]): Promise<Summary> {
	const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', ...args], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
	if (output === '') throw new Error(`\`pipeline ${args.join(' ')}\` ended without a summary; its error is above`);
	return JSON.parse(output) as Summary;
}

function fidelityOf(mode: string, faults: readonly Fault[], { records, traces }: Summary): Fidelity {
	const { terminal, complete, connected, exported, restored, regenerated } = traces;
	const ratio = terminal === 0 ? 0 : complete / terminal;
	return {
		mode,
		faults,
		ingested: records.ingested,
		terminal,
		complete,
		ratio,
		connected,
		exported,
		restored,
		regenerated,
		open: records.open,
	};
}

function positiveInteger(text: string): number {
	const value = Number(text);
	if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('a whole number from 1 on');
	return value;
}
