import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { resolveInputs } from '@pipeline/alpha';
import { Command, InvalidArgumentError, Option } from 'commander';
import { FLUSH_TIMEOUT_MS, type ObservatoryProcess, startObservatory } from '../run/observatory-process.ts';
import { renderQuestions } from '../run/questions.ts';
import { run } from '../run/run.ts';
import {
	FAULTS,
	type Fault,
	PROFILE_RATIOS,
	type ProfileName,
	type RunOptions,
	TRACERS,
	type Tracer,
} from '../run/run-options.ts';
import { renderSummary, type Summary } from '../run/summary.ts';
import { watchInterrupts } from './interruption.ts';

interface Flags {
	readonly input?: readonly string[];
	readonly records?: number;
	readonly profile: ProfileName;
	readonly tracer: Tracer;
	readonly transport?: 'memory' | 'tcp';
	readonly processes: '1' | '3';
	readonly seed?: string;
	readonly faults: readonly Fault[];
	readonly out?: string;
	readonly maxRecordSize?: number;
	readonly parquetTimeout?: number;
	readonly json?: boolean;
	readonly checksums?: boolean;
	readonly observatory?: boolean;
	readonly keep?: boolean;
}

/** `pipeline run`. */
export function runCommand(): Command {
	return new Command('run')
		.description('Read records, transform them, deliver them, and say what became of each.')
		.option(
			'--input <paths...>',
			'files, folders or globs of .json, .ndjson, .jsonl, .csv, .tsv, .parquet (default: bird strikes and flights)',
		)
		.addOption(
			new Option('--records <n>', 'records to read at the most (default: all 30,000 of the reference data)').argParser(
				positiveInteger,
			),
		)
		.addOption(new Option('--profile <name>', 'how much is traced').choices(Object.keys(PROFILE_RATIOS)).default('dev'))
		.addOption(
			new Option('--tracer <kind>', 'who follows the records: the flight recorder, or plain OpenTelemetry spans')
				.choices(TRACERS)
				.default('recorder'),
		)
		.addOption(
			new Option('--transport <kind>', 'how batches travel (default: memory in one process, tcp in three)').choices([
				'memory',
				'tcp',
			]),
		)
		.addOption(
			new Option('--processes <n>', 'all modules in one process, or each in its own').choices(['1', '3']).default('1'),
		)
		.option('--seed <text>', 'fix clock, ids and choices of the modules: outputs are the same in every run')
		.addOption(new Option('--faults <kinds>', `comma list of ${FAULTS.join(', ')}`).argParser(faults).default([]))
		.option('--out <folder>', 'where outputs and queues go (default: a new temporary folder)')
		.addOption(new Option('--max-record-size <bytes>', 'longest record').argParser(positiveInteger))
		.addOption(
			new Option(
				'--parquet-timeout <ms>',
				'longest wait for the next rows of a Parquet file (default: 30,000)',
			).argParser(positiveInteger),
		)
		.option('--checksums', 'take checksums of records around each stage of their transformation')
		.option('--observatory', 'send it all to an observatory beside it, which keeps it in <out>/store')
		.option('--keep', 'let the observatory answer until Ctrl-C (implies --observatory)')
		.option('--json', 'one JSON object as the last line, nothing else on stdout')
		.action(execute);
}

async function execute(flags: Flags, command: Command): Promise<void> {
	const options = optionsOf(flags, (message) => command.error(`error: ${message}`));
	if (options.inputs !== undefined) await resolveInputs(options.inputs);
	const isAsked = flags.observatory === true || flags.keep === true;
	const observatory = isAsked ? await startObservatory(options, flags.keep === true) : undefined;
	const interruption = watchInterrupts('what was read');
	const summary = await run(options, { isQuiet: flags.json === true, interrupted: interruption.signal }).catch(
		async (error: unknown) => {
			await observatory?.stop();
			throw error;
		},
	);
	process.stdout.write(flags.json ? `${JSON.stringify(summary)}\n` : renderSummary(summary, options.out));
	if (observatory !== undefined) {
		interruption.stop();
		await closeObservatory(observatory, summary, options, flags);
	}
	// A record that nobody can account for, or a name that nobody declared, is a defect of the pipeline itself.
	const isSound = summary.records.open === 0 && summary.unknownNames.length === 0;
	process.exit(isSound && summary.haltedAt === undefined ? 0 : 1);
}

async function closeObservatory(
	observatory: ObservatoryProcess,
	summary: Summary,
	{ out }: RunOptions,
	{ json, keep }: Flags,
): Promise<void> {
	const say = (text: string) => (json ? process.stderr : process.stdout).write(text);
	if (keep) {
		say(
			`${renderQuestions(summary, ['--url', observatory.apiUrl])}\nThe observatory answers at ${observatory.apiUrl} until Ctrl-C.\n`,
		);
		await Promise.race(['SIGINT', 'SIGTERM'].map((signal) => once(process, signal)));
	}
	await observatory.stop();
	if (!keep) say(renderQuestions(summary, ['--data', join(out, 'store')]));
}

function optionsOf(flags: Flags, refuse: (message: string) => never): RunOptions {
	const processes = flags.processes === '3' ? 3 : 1;
	const transport = flags.transport ?? (processes === 3 ? 'tcp' : 'memory');
	if (processes === 3 && transport === 'memory') refuse('--transport memory needs --processes 1');
	const restart = flags.faults.find((fault) => fault === 'restart-module' || fault === 'stop-module');
	if (restart !== undefined && processes === 1) refuse(`--faults ${restart} needs --processes 3`);
	return {
		inputs: flags.input,
		records: flags.records,
		profile: flags.profile,
		tracer: flags.tracer,
		transport,
		processes,
		seed: flags.seed,
		faults: flags.faults,
		out: flags.out === undefined ? mkdtempSync(join(tmpdir(), 'pipeline-')) : resolve(flags.out),
		takesChecksums: flags.checksums,
		maxRecordSizeBytes: flags.maxRecordSize,
		parquetTimeoutMs: flags.parquetTimeout,
		flushTimeoutMs: flags.observatory || flags.keep ? FLUSH_TIMEOUT_MS : undefined,
	};
}

function positiveInteger(text: string): number {
	const value = Number(text);
	if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('a whole number from 1 on');
	return value;
}

function faults(text: string): readonly Fault[] {
	const given = text.split(',').filter((name) => name !== '');
	const unknown = given.find((name) => !(FAULTS as readonly string[]).includes(name));
	if (unknown !== undefined) throw new InvalidArgumentError(`${unknown} is none of ${FAULTS.join(', ')}`);
	return given as Fault[];
}
