import { harmlessLines } from '@pipeline/command-line/terminal-text';
import { type LineageGraph, lineageMermaid } from '@pipeline/telemetry-store';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Api, ApiError, jsonOf } from '../client/api.ts';
import { note, outputWidth, print, printJson } from '../terminal/output.ts';
import { type Column, renderTable } from '../terminal/table.ts';
import { askingCommand, type ClientOptions, withApi } from './client-options.ts';

interface LineageOptions extends ClientOptions {
	readonly kind: string;
	readonly direction: string;
	readonly depth: number;
	readonly format: 'table' | 'json' | 'mermaid' | 'openlineage';
}

const COLUMNS: readonly Column<LineageGraph['edges'][number]>[] = [
	{ title: 'TIME', of: ({ timestamp }) => timestamp },
	{ title: 'FROM', of: ({ parentId }) => parentId },
	{ title: 'RELATION', of: ({ relation }) => relation },
	{ title: 'TO', of: ({ childId }) => childId },
	{ title: 'BY', of: ({ module, operation }) => `${module.toLowerCase()} ${operation.split('.').at(-1) ?? operation}` },
	{ title: 'RULE', of: ({ ruleId }) => ruleId },
];

/** `observatory lineage <id>` */
export function lineageCommand(): Command {
	return askingCommand('lineage', 'What a record came from and what became of it.')
		.argument('<id>', 'of a record, or of what --kind says')
		.addOption(
			new Option('--kind <kind>', 'what the id is of')
				.choices(['record', 'lineage', 'batch', 'destination', 'source', 'node', 'subject'])
				.default('record'),
		)
		.addOption(new Option('--direction <way>', 'which way').choices(['forward', 'backward', 'both']).default('both'))
		.option('--depth <hops>', 'how far, 1 to 64', depthOf, 16)
		.addOption(
			new Option('--format <format>', 'of the output')
				.choices(['table', 'json', 'mermaid', 'openlineage'])
				.default('table'),
		)
		.action((id: string, options: LineageOptions) => withApi(options, (api) => show(api, id, options)));
}

async function show(api: Api, id: string, options: LineageOptions): Promise<void> {
	const { kind, direction, depth } = options;
	const format = options.json === true ? 'json' : options.format;
	const path = `/lineage/${kind}/${encodeURIComponent(id)}`;
	if (format === 'openlineage') {
		const events = await jsonOf<readonly object[]>(api, { path, query: { direction, depth, format } });
		if (events.length === 0) await requireKnown(api, path, options);
		printJson(events);
		return;
	}
	const graph = await jsonOf<LineageGraph>(api, { path, query: { direction, depth, format: 'json' } });
	if (graph.start.length === 0) await requireKnown(api, path, options);
	if (format === 'json') printJson(graph);
	else if (format === 'mermaid') print(harmlessLines(lineageMermaid(graph)));
	else printTable(graph, options);
}

/** Nothing came: of what is unknown, or of what has no steps that way. @throws ApiError when it is unknown */
async function requireKnown(api: Api, path: string, { kind, direction }: LineageOptions): Promise<void> {
	if (direction !== 'both') {
		const { start } = await jsonOf<LineageGraph>(api, { path, query: { direction: 'both', depth: 1 } });
		if (start.length > 0) return;
	}
	throw new ApiError(`Nothing is known of this ${kind}.`);
}

function printTable({ nodes, edges, isTruncated }: LineageGraph, { kind, direction }: LineageOptions): void {
	if (edges.length > 0) print(renderTable(COLUMNS, edges, outputWidth()));
	note(
		edges.length === 0
			? `No step leads ${direction} from this ${kind}.`
			: `${nodes.length} nodes, ${edges.length} steps${isTruncated ? '; there are more: raise --depth' : ''}`,
	);
}

function depthOf(text: string): number {
	const depth = Number(text);
	if (Number.isInteger(depth) && depth >= 1 && depth <= 64) return depth;
	throw new InvalidArgumentError('A whole number from 1 to 64.');
}
