import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { harmlessPieces } from '@pipeline/command-line/terminal-text';
import type { AuditQueryAnswer } from '@pipeline/telemetry-store';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { jsonOf } from '../client/api.ts';
import { note, outputWidth, print, printJson } from '../terminal/output.ts';
import { type Column, renderTable } from '../terminal/table.ts';
import { instantOf } from '../terminal/time-option.ts';
import { askingCommand, type ClientOptions, withApi } from './client-options.ts';

interface AuditOptions extends ClientOptions {
	readonly since: string;
	readonly until?: string;
	readonly actor?: readonly string[];
	readonly record?: readonly string[];
	readonly resource?: readonly string[];
	readonly module?: readonly string[];
	readonly component?: readonly string[];
	readonly correlation?: readonly string[];
	readonly severity?: string;
	readonly oldestFirst?: boolean;
	readonly limit: number;
	readonly all?: boolean;
	readonly format?: string;
	readonly out?: string;
}

type Entry = AuditQueryAnswer['entries'][number];

const COLUMNS: readonly Column<Entry>[] = [
	{ title: 'TIME', of: ({ timestamp }) => timestamp },
	{ title: 'WHAT', of: ({ name }) => name.replace(/^pipeline\./, '') },
	{ title: 'WHO', of: ({ dimensions }) => dimensions['audit.actor_id'] },
	{
		title: 'TO WHAT',
		of: ({ dimensions }) => `${dimensions['audit.resource_type'] ?? ''} ${dimensions['audit.resource_id'] ?? ''}`,
	},
	{ title: 'OUTCOME', of: ({ dimensions }) => dimensions['audit.outcome'] },
];

/** `observatory audit` */
export function auditCommand(): Command {
	return askingCommand('audit', 'Who did what to what: the newest entries of the audit log first.')
		.option('--since <when>', 'how long ago (24h, 7d) or when', '24h')
		.option('--until <when>', 'how long ago or when; now when it is not said')
		.option('--actor <id...>', 'who did it')
		.option('--record <id...>', 'records')
		.option('--resource <id...>', 'what it was done to')
		.option('--module <name...>', 'ALPHA, BETA, …')
		.option('--component <name...>', 'parser, alpha.parser, …')
		.option('--correlation <id...>', 'correlation ids')
		.addOption(
			new Option('--severity <level>', 'this severe, or more').choices(['DEBUG', 'INFO', 'WARN', 'ERROR', 'CRITICAL']),
		)
		.option('--oldest-first', 'in the order of time')
		.option('--all', 'events that are not audit, too')
		.option('--limit <number>', 'entries', countOf, 50)
		.addOption(
			new Option('--format <format>', 'write everything that is found in this format').choices([
				'json',
				'ndjson',
				'csv',
				'cef',
				'ocsf',
			]),
		)
		.option('--out <file>', 'where that goes; standard output when it is not said')
		.action((options: AuditOptions) =>
			withApi(options, (api) => (options.format === undefined ? list(api, options) : write(api, options))),
		);
}

async function list(api: Parameters<typeof jsonOf>[0], options: AuditOptions): Promise<void> {
	const { from, to, ...filters } = filtersOf(options);
	const answer = await jsonOf<AuditQueryAnswer>(api, {
		method: 'POST',
		path: '/audit/query',
		body: {
			timeRange: { from, to },
			...filters,
			pageSize: options.limit,
			order: options.oldestFirst === true ? 'ASC' : 'DESC',
		},
	});
	if (options.json === true) {
		printJson(answer);
		return;
	}
	const { entries, totalCount, totalIsEstimate, isPartial } = answer;
	if (entries.length > 0) print(renderTable(COLUMNS, entries, outputWidth()));
	note(
		`${entries.length} of ${totalIsEstimate ? 'about ' : ''}${totalCount} entries${isPartial === true ? ', from memory: the store is away' : ''}`,
	);
	const [record] = options.record ?? [];
	if (record !== undefined) note(`who looked at it: \`observatory audit --resource ${record}\``);
}

async function write(api: Parameters<typeof jsonOf>[0], options: AuditOptions): Promise<void> {
	const stream = await api.stream({ path: '/audit/export', query: { format: options.format, ...filtersOf(options) } });
	if (options.out === undefined) {
		await pipeline(process.stdout.isTTY ? harmlessPieces(stream) : stream, process.stdout, { end: false });
		return;
	}
	await pipeline(stream, createWriteStream(options.out, { mode: 0o600 }));
	note(`Written to ${options.out}`);
}

function filtersOf(options: AuditOptions) {
	const { since, until, actor, record, resource, module, component, correlation, severity, all } = options;
	const filters = {
		eventTypes: all === true ? undefined : ['AUDIT'],
		actorIds: actor,
		recordIds: record,
		resourceIds: resource,
		modules: module?.map((name) => name.toUpperCase()),
		components: component,
		correlationIds: correlation,
		severityMinimum: severity,
	};
	return { from: instantOf(since), to: until === undefined ? new Date().toISOString() : instantOf(until), ...filters };
}

export function countOf(text: string): number {
	const count = Number(text);
	if (Number.isInteger(count) && count >= 1 && count <= 10_000) return count;
	throw new InvalidArgumentError('A whole number from 1 to 10000.');
}
