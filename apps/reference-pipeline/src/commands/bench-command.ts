import { Command, InvalidArgumentError, Option } from 'commander';
import { measureFidelity } from '../bench/fidelity.ts';

/** Records in flight. */
const SIEGE = 1_000_000;
/** More than memory holds: most of them wait on the disk. */
const SHORT_SIEGE = 20_000;

interface Flags {
	readonly records: number;
	readonly short?: boolean;
	readonly json?: boolean;
}

/** `pipeline bench`. */
export function benchCommand(): Command {
	const command = new Command('bench').description('Measure what telemetry promises.');
	command
		.command('fidelity')
		.description(
			'How many records keep one trace from ingestion to their end, and how many failed and slow ones have it whole, with and without faults.',
		)
		.addOption(
			new Option(
				'--records <n>',
				'records of each mode (default: 100,000; 30,000 where traces are kept in three processes)',
			).argParser(positiveInteger),
		)
		.option('--short', 'some modes with 300 records: shows that all are counted, tells no share')
		.option('--json', 'one JSON object as the last line')
		.action(fidelity);
	command
		.command('overhead')
		.description('What telemetry costs one record, switched on against switched off, batch by batch in turn.')
		.option('--short', 'a few batches only: shows that the work is done, measures nothing')
		.addOption(new Option('--pairs <n>', 'pairs of batches of each row (60)').argParser(positiveInteger))
		.addOption(new Option('--processes <n>', 'fresh processes, one after the other (5)').argParser(positiveInteger))
		.option('--json', 'one JSON object as the last line; the table goes to stderr')
		.action(overhead);
	command
		.command('recorder')
		.description(
			'What the parts of telemetry cost alone: a stage, a receipt, a metric, a flag, a text, encoding, memory. Needs the workspace.',
		)
		.option('--short', 'a few batches only: shows that the work is done, measures nothing')
		.addOption(new Option('--pairs <n>', 'pairs of batches of each row (250)').argParser(positiveInteger))
		.addOption(new Option('--processes <n>', 'fresh processes, one after the other (5)').argParser(positiveInteger))
		.option('--json', 'one JSON object as the last line; the tables go to stderr in any case')
		.action(recorder);
	command
		.command('siege')
		.description('Records that wait behind a stalled destination, and whole traces of those that fail then.')
		.addOption(new Option('--records <n>', 'records in flight (1,000,000)').argParser(positiveInteger))
		.option('--short', '20,000 records: shows that every trace is whole, tells nothing of memory')
		.option('--json', 'one JSON object as the last line')
		.action(besiege);
	command
		.command('soak')
		.description('Whether everything is counted and memory stays, while the endpoint is killed and restarted.')
		.addOption(new Option('--minutes <n>', 'how long').argParser(positiveInteger).default(10))
		.option('--short', '20 seconds, without a trend of memory')
		.option('--json', 'one JSON object as the last line')
		.action(soakRecords);
	return command;
}

interface SoakFlags {
	readonly minutes: number;
	readonly short?: boolean;
	readonly json?: boolean;
}

async function soakRecords({ minutes, short = false, json = false }: SoakFlags): Promise<void> {
	const { SHORT_SOAK, soak, soakOf } = await import('../bench/soak/soak.ts');
	const result = await soak(short ? SHORT_SOAK : soakOf(minutes), (text) => process.stderr.write(`\r${text}   `));
	const { audit, exportedSpans, goals, keptSpans, memory, outages, records } = result;
	const trends = Object.entries(memory).map(
		([kind, { firstMb, lastMb, slope, noise }]) =>
			`${kind} ${firstMb.toFixed(1)} to ${lastMb.toFixed(1)} MB, ${slope.toFixed(2)} ± ${noise.toFixed(2)} MB/min`,
	);
	process.stderr.write(
		`\r${records} records, ${outages} outages: ${audit.events - audit.missing} of ${audit.events} events of audit arrived, ${exportedSpans} of ${keptSpans} spans; ${trends.join(', ')}\n`,
	);
	if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
	process.exit(goals.every(({ pass }) => pass) ? 0 : 1);
}

async function recorder({
	short: isShort = false,
	pairs,
	processes,
	json = false,
}: {
	readonly short?: boolean;
	readonly pairs?: number;
	readonly processes?: number;
	readonly json?: boolean;
}): Promise<void> {
	const { measureRecorder } = await import('../bench/recorder.ts');
	const report = await measureRecorder({ isShort, pairs, processes });
	if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
	process.exit(0);
}

async function besiege({ short: isShort = false, records: given, json = false }: Partial<Flags>): Promise<void> {
	const records = given ?? (isShort ? SHORT_SIEGE : SIEGE);
	const { siege } = await import('../bench/siege.ts');
	const result = await siege(records, (done) => process.stderr.write(`\r${done} of ${records} records`));
	const { failed, wholeTraces, memoryAddedMb, diskMb, recoverySeconds } = result;
	process.stderr.write(
		`\r${records} records: ${wholeTraces} of ${failed} failing ones have their whole trace after ${recoverySeconds.toFixed(1)} s; ${memoryAddedMb.toFixed(0)} MB of memory, ${diskMb.toFixed(0)} MB on disk\n`,
	);
	if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
	const isGood = isShort ? wholeTraces === failed : result.goals.every(({ pass }) => pass);
	process.exit(isGood ? 0 : 1);
}

/** The file reads the command line itself: its measuring processes load it again. */
async function overhead(): Promise<void> {
	await import('../bench/overhead.ts');
	process.exit(0);
}

async function fidelity({ records, short: isShort = false, json = false }: Partial<Flags>): Promise<void> {
	const report = await measureFidelity({ records, isShort });
	process.stdout.write(json ? `${JSON.stringify(report)}\n` : '');
	process.exit(isShort || report.goals.every(({ pass }) => pass) ? 0 : 1);
}

function positiveInteger(text: string): number {
	const value = Number(text);
	if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('a whole number from 1 on');
	return value;
}
