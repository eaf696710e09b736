import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { harmlessOn } from '@pipeline/command-line/terminal-text';
import { ConfigError, ErrorQueue, type QueueEntry, QueueError, systemRuntime, toPlain } from '@pipeline/model';
import { Command } from 'commander';
import { FLUSH_TIMEOUT_MS, startObservatory } from '../run/observatory-process.ts';
import { run } from '../run/run.ts';
import { audited } from '../telemetry/operator-audit.ts';
import { correctionOf } from './correction.ts';
import { watchInterrupts } from './interruption.ts';
import { keepQueues, keptQueues } from './queue-copy.ts';

interface Flags {
	readonly out: string;
	readonly json?: boolean;
	readonly queue?: string;
	readonly operator: string;
	readonly justification?: string;
	readonly set?: readonly string[];
	readonly observatory?: boolean;
}

interface Found {
	readonly file: string;
	readonly queue: ErrorQueue;
	readonly entry: QueueEntry;
}

const OBSERVATORY = [
	'--observatory',
	'send it all to an observatory beside it, which keeps it in <out>/store',
] as const;

/** `pipeline queue`: what failed in an earlier run, and what to do about it. */
export function queueCommand(): Command {
	const command = new Command('queue').description('Look at, correct and replay what failed in an earlier run.');
	const sub = (name: string, description: string) =>
		command
			.command(name)
			.description(description)
			.requiredOption('--out <folder>', 'folder of the run')
			.option('--json', 'one JSON object a line');
	sub('list', 'Failed records, oldest first.').option('--queue <name>', 'of one queue only').action(list);
	sub('show <id>', 'One entry, whole. That a dead letter was looked at is in the audit.')
		.option('--justification <text>', 'why', 'none given')
		.option('--operator <name>', 'who', operatorName())
		.option(...OBSERVATORY)
		.action(show);
	sub('correct <id>', 'Change fields of the record of an entry.')
		.requiredOption('--set <field=value...>', 'new values')
		.requiredOption('--justification <text>', 'why')
		.option('--operator <name>', 'who', operatorName())
		.option(...OBSERVATORY)
		.action(correct);
	sub('replay <id>', 'Process an entry again (`all` for every entry).')
		.requiredOption('--justification <text>', 'why')
		.option('--operator <name>', 'who', operatorName())
		.option(...OBSERVATORY)
		.action(replay);
	return command;
}

function list({ out, json, queue }: Flags): void {
	const all = entriesOf(out);
	const found = all.filter(({ entry }) => queue === undefined || entry.queue === queue);
	const names = [...new Set(all.map(({ entry }) => entry.queue))];
	for (const { entry } of found) say(`${json ? JSON.stringify(summaryOf(entry)) : lineOf(entry)}\n`);
	const others = found.length === 0 && names.length > 0 ? `; there are some in ${names.join(', ')}` : '';
	if (!json) process.stderr.write(harmlessOn(process.stderr, `${found.length} entries${others}\n`));
}

async function show(id: string, flags: Flags): Promise<void> {
	const { file, queue, entry } = findEntry(flags.out, id);
	const shown = await byOperator('inspected', { file, queue, entry }, flags, () =>
		queue.inspect(entry.entryId, flags.operator),
	);
	say(`${JSON.stringify(shown, plain, 2)}\n`);
}

async function correct(id: string, flags: Flags): Promise<void> {
	const { set = [], operator, justification = '' } = flags;
	const found = findEntry(flags.out, id);
	const { entryId, item } = found.entry;
	const changes = correctionOf(item, set);
	const corrected = await byOperator('corrected', found, flags, () =>
		found.queue.correct(entryId, changes, operator, justification),
	);
	say(`${lineOf(corrected)}\n`);
}

/** Does what an operator asks for, with an entry in the audit of the run. */
async function byOperator<Result>(
	kind: 'inspected' | 'corrected',
	{ file, entry }: Found,
	flags: Flags,
	act: () => Result,
): Promise<Result> {
	const { operator, justification = '' } = flags;
	return await besideObservatory(flags, (options) =>
		audited({ kind, file, entry, operator, justification }, options, act),
	);
}

async function replay(id: string, flags: Flags): Promise<void> {
	const { out, operator, justification = '', json } = flags;
	const found = id === 'all' ? entriesOf(out) : [findEntry(out, id)];
	const entries = found.map(({ file, entry: { entryId, recordId } }) => ({
		file,
		entryId,
		subject: recordId ?? entryId,
	}));
	await besideObservatory(flags, async (where) => {
		const options = {
			replays: { entries, operator, justification },
			profile: 'dev',
			transport: 'memory',
			processes: 1,
			faults: [],
			...where,
		} as const;
		const { signal: interrupted } = watchInterrupts('what is being replayed');
		const letGo = keepQueues(where.out);
		const summary = await run(options, { isQuiet: true, interrupted });
		if (summary.records.open === 0) letGo();
		const { ingested, delivered, queued, failed } = summary.records;
		if (json) process.stdout.write(`${JSON.stringify(summary)}\n`);
		else process.stdout.write(`${ingested} replayed: ${delivered} delivered, ${queued} queued, ${failed} failed\n`);
		if (ingested === 0 && entries.length > 0) process.exitCode = 1;
	});
}

/** Works in the folder of a run, beside an observatory when one is asked for. */
async function besideObservatory<Result>(
	{ out, observatory: isAsked }: Flags,
	work: (options: { readonly out: string; readonly flushTimeoutMs: number | undefined }) => Promise<Result>,
): Promise<Result> {
	const folder = resolve(out);
	const observatory = isAsked ? await startObservatory({ out: folder, profile: 'dev' }, false) : undefined;
	try {
		return await work({ out: folder, flushTimeoutMs: observatory === undefined ? undefined : FLUSH_TIMEOUT_MS });
	} finally {
		await observatory?.stop();
	}
}

function entriesOf(out: string): Found[] {
	const folder = join(resolve(out), 'queues');
	if (!existsSync(folder)) throw new ConfigError('out', 'the folder of an earlier run', out);
	for (const copy of keptQueues(resolve(out))) {
		process.stderr.write(`A replay has not ended, or was killed: what was queued before it is in ${copy}\n`);
	}
	const files = readdirSync(folder).filter((name) => name.endsWith('.ndjson') && name !== 'gamma-pending-acks.ndjson');
	return files.flatMap((file) => {
		const queue = new ErrorQueue({
			runtime: systemRuntime(),
			file: join(folder, file),
			capacity: Number.MAX_SAFE_INTEGER,
		});
		return queue.list().map((entry) => ({ file, queue, entry }));
	});
}

function findEntry(out: string, id: string): Found {
	const found = entriesOf(out).filter(({ entry }) => entry.entryId.startsWith(id));
	if (found.length === 1) return found[0] as Found;
	throw new QueueError(
		'QUEUE_ENTRY_UNKNOWN',
		id,
		found.length === 0 ? `no entry ${id}` : `${found.length} entries begin with ${id}`,
	);
}

/** Entries hold what records held. */
function say(text: string): void {
	process.stdout.write(harmlessOn(process.stdout, text));
}

function summaryOf({ entryId, queue, errorCode, recordId, sourceId, traceId, enqueuedAt, replayCount }: QueueEntry) {
	return { entryId, queue, errorCode, recordId, sourceId, traceId, enqueuedAt, replayCount };
}

function lineOf({ entryId, queue, errorCode, recordId = '-', traceId = '-', enqueuedAt }: QueueEntry): string {
	return `${entryId}  ${queue.padEnd(12)} ${errorCode.padEnd(28)} record ${recordId}  trace ${traceId}  ${enqueuedAt}`;
}

function plain(_key: string, value: unknown): unknown {
	if (typeof value === 'bigint') return value.toString();
	if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
	return value !== null && typeof value === 'object' && 'fieldType' in value ? toPlain(value as never) : value;
}

function operatorName(): string {
	return process.env['USER'] || 'operator';
}
