import type { Trace, TracePage } from '@pipeline/telemetry-store';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { jsonOf } from '../client/api.ts';
import { note, outputWidth, print, printJson } from '../terminal/output.ts';
import { type Column, renderTable } from '../terminal/table.ts';
import { instantOf } from '../terminal/time-option.ts';
import { countOf } from './audit-command.ts';
import { askingCommand, type ClientOptions, withApi } from './client-options.ts';

interface TracesOptions extends ClientOptions {
	readonly since: string;
	readonly service?: string;
	readonly module?: string;
	readonly operation?: string;
	readonly minMs?: string;
	readonly status?: string;
	readonly tag?: readonly string[];
	readonly limit: number;
}

type Span = Trace['trace'][number];

const SPAN_COLUMNS: readonly Column<Span>[] = [
	{ title: 'SPAN', of: ({ name, depth }) => `${'  '.repeat(depth)}${name}` },
	{ title: 'MS', of: ({ durationMs }) => durationMs.toFixed(3), isNumber: true },
	{
		title: 'STATUS',
		of: ({ status, statusMessage }) => (status === 'UNSET' ? '' : `${status} ${statusMessage ?? ''}`.trimEnd()),
	},
	{ title: 'SERVICE', of: ({ service }) => service },
];

const TRACE_COLUMNS: readonly Column<TracePage['traces'][number]>[] = [
	{ title: 'START', of: ({ startTime }) => startTime },
	{ title: 'TRACE', of: ({ traceId }) => traceId },
	{ title: 'NAME', of: ({ name }) => name },
	{ title: 'MS', of: ({ durationMs }) => durationMs.toFixed(3), isNumber: true },
	{ title: 'SPANS', of: ({ spans }) => spans, isNumber: true },
	{ title: 'ERRORS', of: ({ errorSpans }) => errorSpans, isNumber: true },
	{ title: 'SERVICES', of: ({ services }) => services.join(' ') },
];

/** `observatory trace <id>` */
export function traceCommand(): Command {
	return askingCommand('trace', 'The spans of a trace, as a tree.')
		.argument('<id>', '32 hexadecimal digits', traceIdOf)
		.action((id: string, options: ClientOptions) =>
			withApi(options, async (api) => {
				const trace = await jsonOf<Trace>(api, { path: `/traces/${encodeURIComponent(id)}` });
				if (options.json === true) {
					printJson(trace);
					return;
				}
				print(renderTable(SPAN_COLUMNS, trace.trace, outputWidth()));
				note(
					[
						`${trace.spans} spans${trace.isTruncated ? `, the first ${trace.trace.length} of them here` : ''}, ${trace.durationMs.toFixed(3)} ms`,
						...trace.linked.map(linkedText),
					].join('\n'),
				);
			}),
		);
}

function traceIdOf(text: string): string {
	const id = text.toLowerCase();
	if (/^[0-9a-f]{32}$/.test(id)) return id;
	throw new InvalidArgumentError('The id of a trace has 32 hexadecimal digits.');
}

/** A trace that belongs to it, and why, each reason once. */
function linkedText({ traceId, reasons }: Trace['linked'][number]): string {
	const kinds = reasons.map((reason) =>
		reason.kind === 'link' ? reason.type || 'link' : `lineage ${reason.lineageId}`,
	);
	return `linked: ${traceId} (${[...new Set(kinds)].join(', ')})`;
}

/** `observatory traces` */
export function tracesCommand(): Command {
	return askingCommand('traces', 'Traces that have a span like this, newest first.')
		.option('--since <when>', 'how long ago (24h, 7d) or when', '24h')
		.option('--service <name>', 'name of the service')
		.option('--module <name>', 'ALPHA, BETA, …')
		.option('--operation <name>', 'name of the span')
		.option('--min-ms <number>', 'this long, or longer')
		.addOption(new Option('--status <status>', 'of the span').choices(['UNSET', 'OK', 'ERROR']))
		.option('--tag <key=value...>', 'attributes of the span or its resource')
		.option('--limit <number>', 'traces', countOf, 50)
		.action((options: TracesOptions) =>
			withApi(options, async (api) => {
				const { since, service, module, operation, minMs, status, tag, limit } = options;
				const page = await jsonOf<TracePage>(api, {
					path: '/traces',
					query: {
						from: instantOf(since),
						to: new Date().toISOString(),
						...{ service, module, operation, status, tag },
						minDurationMs: minMs,
						pageSize: Math.min(limit, 1_000),
					},
				});
				if (options.json === true) {
					printJson(page);
					return;
				}
				if (page.traces.length > 0) print(renderTable(TRACE_COLUMNS, page.traces, outputWidth()));
				note(page.traces.length === 0 ? 'No trace is like this.' : `${page.traces.length} traces`);
			}),
		);
}
