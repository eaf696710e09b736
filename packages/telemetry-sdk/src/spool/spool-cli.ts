import { parseArgs } from 'node:util';
import { type TelemetryEvent, toWire } from '@pipeline/telemetry-core/schema';
import { redactDetail } from '../redaction/event-detail.ts';
import { createRedaction, type Redaction } from '../redaction/redaction.ts';
import { parseRedactionKeys, RedactionOptionError } from '../redaction/redaction-options.ts';
import { type Environment, textOf } from '../settings/environment.ts';
import { readSpool, type SpooledEvent } from './read-spool.ts';
import { SpoolError } from './spool-error.ts';
import { telemetryEventOf } from './telemetry-event.ts';
import { type ProducerReport, verifySpool } from './verify-spool.ts';

const USAGE = `Usage: telemetry-spool <command> <folder> [options]

  verify   proves that nothing was edited, deleted, reordered or cut off
  list     shows what each process has left in it
  export   writes every event as a line of JSON

Options:
  --public-key <base64>   verify: trust only checkpoints signed with this key; several for several
  --record <id>           export: only events of this record, by its id or by the hash that is shown in its place
  --trace <id>            export: only events of this trace
  --event <name>          export: only events of this name
  --json                  verify, list: one JSON object
  --help

export shows tenants, persons and keys as hashes: those of the pipeline, where TELEMETRY_REDACTION_KEYS is what it is there.
verify ends with 0 when everything is whole, with 2 when something was found, with 1 when the folder cannot be read. export ends with 1 when
something in it cannot be read.
`;

const OPTIONS = {
	'public-key': { type: 'string', multiple: true },
	record: { type: 'string' },
	trace: { type: 'string' },
	event: { type: 'string' },
	json: { type: 'boolean', default: false },
	help: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parse>['values'];

/** Where the command writes. */
export interface SpoolConsole {
	/** @returns false when the reader is slower than this: `drained` says when to go on */
	out(text: string): boolean;
	error(text: string): void;
	drained(): Promise<void>;
}

/** The command `telemetry-spool`. @returns its exit code */
export async function spoolCommand(
	args: readonly string[],
	console: SpoolConsole,
	env: Environment = process.env,
): Promise<number> {
	try {
		const { values, positionals } = parse(args);
		const [command, folder, ...rest] = positionals;
		if (values.help) {
			console.out(USAGE);
			return 0;
		}
		if (folder === undefined || rest.length > 0) return wrong(console, 'a command and one folder are needed');
		if (command === 'verify') return await verify(folder, values, console);
		if (command === 'list') return await list(folder, values, console);
		if (command === 'export') return await exportEvents(folder, values, console, redactionOf(env));
		return wrong(console, `${command} is none of verify, list, export`);
	} catch (error) {
		if (error instanceof SpoolError || error instanceof RedactionOptionError) {
			console.error(`error: ${error.message}\n`);
			return 1;
		}
		if (error instanceof TypeError && 'code' in error) return wrong(console, error.message);
		throw error;
	}
}

/** Without keys of one's own, names become hashes that can be compared within one export only. */
function redactionOf(env: Environment): Redaction {
	const keys = textOf(env, 'TELEMETRY_REDACTION_KEYS');
	return createRedaction(keys === undefined ? {} : { keys: parseRedactionKeys(keys) });
}

function parse(args: readonly string[]) {
	return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
}

function wrong(console: SpoolConsole, message: string): number {
	console.error(`error: ${message}\n\n${USAGE}`);
	return 1;
}

async function verify(folder: string, values: Values, console: SpoolConsole): Promise<number> {
	const reports = await verifySpool(folder, { publicKeys: values['public-key'] });
	const isIntact = reports.every((report) => report.isIntact);
	if (values.json) console.out(`${JSON.stringify({ isIntact, producers: reports })}\n`);
	else {
		for (const report of reports) console.out(describe(report));
		console.out(isIntact ? `${reports.length} producers, all whole\n` : 'NOT WHOLE\n');
	}
	return isIntact ? 0 : 2;
}

function describe({ producerId, findings, firstSeq, lastSeq, checkpointSeq, unfinishedBytes }: ProducerReport): string {
	const range = lastSeq === 0 ? 'no entries' : `entries ${firstSeq} to ${lastSeq}, vouched for to ${checkpointSeq}`;
	const unfinished = unfinishedBytes > 0 ? `, ${unfinishedBytes} bytes of a write that did not end` : '';
	const lines = findings.map(
		({ kind, file, offset, afterSeq, message }) =>
			`  ${kind} ${file} at ${offset}, after entry ${afterSeq}: ${message}\n`,
	);
	return `${producerId}  ${findings.length === 0 ? 'whole' : 'NOT WHOLE'}  ${range}${unfinished}\n${lines.join('')}`;
}

async function list(folder: string, values: Values, console: SpoolConsole): Promise<number> {
	const reports = await verifySpool(folder);
	if (values.json) {
		console.out(`${JSON.stringify({ producers: reports.map(({ findings: _, ...report }) => report) })}\n`);
		return 0;
	}
	console.out('producer                              segments  groups    entries  state\n');
	for (const { producerId, segments, groups, entries, isClosed } of reports) {
		const numbers = [String(segments).padStart(8), String(groups).padStart(7), String(entries).padStart(10)];
		console.out(`${producerId}  ${numbers.join(' ')}  ${isClosed ? 'closed' : 'open, or its process was killed'}\n`);
	}
	return 0;
}

async function exportEvents(
	folder: string,
	{ record, trace, event: name }: Values,
	console: SpoolConsole,
	redaction: Redaction,
): Promise<number> {
	let exitCode = 0;
	for await (const spooled of readSpool(folder)) {
		const { recordId, context } = spooled.detail;
		if (
			(record !== undefined && !isRecord(recordId, record, redaction)) ||
			(trace !== undefined && context?.traceId !== trace)
		)
			continue;
		const event = readableEvent(spooled, console, redaction);
		if (event === undefined) exitCode = 1;
		else if (name !== undefined && event.name !== name) continue;
		else if (!console.out(`${JSON.stringify(toWire(event))}\n`)) await console.drained();
	}
	return exitCode;
}

/** By its id, or by what stands for it. */
function isRecord(recordId: string | undefined, asked: string, redaction: Redaction): boolean {
	if (recordId === undefined) return false;
	const shown = redaction.id(recordId);
	return shown === asked || redaction.ids(asked).includes(shown);
}

/** What no event can be made of does not keep the others. */
function readableEvent(spooled: SpooledEvent, console: SpoolConsole, redaction: Redaction): TelemetryEvent | undefined {
	try {
		const event = telemetryEventOf({ ...spooled, detail: redactDetail(spooled.detail, redaction) });
		return { ...event, dimensions: redaction.attributes(event.dimensions) };
	} catch (error) {
		if (!(error instanceof SpoolError)) throw error;
		console.error(`error: ${error.message}\n`);
		return undefined;
	}
}
