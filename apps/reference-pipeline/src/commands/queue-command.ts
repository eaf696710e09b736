import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConfigError, ErrorQueue, type QueueEntry, QueueError, systemRuntime, toPlain } from '@pipeline/model';
import { Command } from 'commander';
import { FLUSH_TIMEOUT_MS, startObservatory } from '../run/observatory-process.ts';
import { run } from '../run/run.ts';
import { correctionOf } from './correction.ts';

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
	sub('show <id>', 'One entry, whole.').action(show);
	sub('correct <id>', 'Change fields of the record of an entry.')
		.requiredOption('--set <field=value...>', 'new values')
		.requiredOption('--justification <text>', 'why')
		.option('--operator <name>', 'who', operatorName())
		.action(correct);
	sub('replay <id>', 'Process an entry again (`all` for every entry).')
		.requiredOption('--justification <text>', 'why')
		.option('--operator <name>', 'who', operatorName())
		.option('--observatory', 'send it all to an observatory beside it, which keeps it in <out>/store')
		.action(replay);
	return command;
}

function list({ out, json, queue }: Flags): void {
	const found = entriesOf(out).filter(({ entry }) => queue === undefined || entry.queue === queue);
	for (const { entry } of found) process.stdout.write(`${json ? JSON.stringify(summaryOf(entry)) : lineOf(entry)}\n`);
	if (!json) process.stderr.write(`${found.length} entries\n`);
}

function show(id: string, { out }: Flags): void {
	const { queue, entry } = findEntry(out, id);
	queue.inspect(entry.entryId, operatorName());
	process.stdout.write(`${JSON.stringify(entry, plain, 2)}\n`);
}

function correct(id: string, { out, set = [], operator, justification = '' }: Flags): void {
	const { queue, entry } = findEntry(out, id);
	const corrected = queue.correct(entry.entryId, correctionOf(entry.item, set), operator, justification);
	process.stdout.write(`${lineOf(corrected)}\n`);
}

async function replay(id: string, flags: Flags): Promise<void> {
	const { out, operator, justification = '', json } = flags;
	const found = id === 'all' ? entriesOf(out) : [findEntry(out, id)];
	const entries = found.map(({ file, entry: { entryId, recordId } }) => ({
		file,
		entryId,
		subject: recordId ?? entryId,
	}));
	const folder = resolve(out);
	const observatory = flags.observatory ? await startObservatory({ out: folder, profile: 'dev' }, false) : undefined;
	try {
		const options = {
			replays: { entries, operator, justification },
			profile: 'dev',
			transport: 'memory',
			processes: 1,
			faults: [],
			out: folder,
			flushTimeoutMs: observatory === undefined ? undefined : FLUSH_TIMEOUT_MS,
		} as const;
		const summary = await run(options, { isQuiet: true, interrupted: new AbortController().signal });
		const { ingested, delivered, queued, failed } = summary.records;
		if (json) process.stdout.write(`${JSON.stringify(summary)}\n`);
		else process.stdout.write(`${ingested} replayed: ${delivered} delivered, ${queued} queued, ${failed} failed\n`);
		if (ingested === 0 && entries.length > 0) process.exitCode = 1;
	} finally {
		await observatory?.stop();
	}
}

function entriesOf(out: string): Found[] {
	const folder = join(resolve(out), 'queues');
	if (!existsSync(folder)) throw new ConfigError('out', 'the folder of an earlier run', out);
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
