import type { FailedRecord } from '@pipeline/telemetry-store';
import type { Command } from 'commander';
import { jsonOf } from '../client/api.ts';
import { note, outputWidth, print, printJson } from '../terminal/output.ts';
import { type Column, renderTable } from '../terminal/table.ts';
import { instantOf } from '../terminal/time-option.ts';
import { countOf } from './audit-command.ts';
import { askingCommand, type ClientOptions, withApi } from './client-options.ts';

interface FailedOptions extends ClientOptions {
	readonly since: string;
	readonly limit: number;
}

const COLUMNS: readonly Column<FailedRecord>[] = [
	{ title: 'TIME', of: ({ at }) => at },
	{ title: 'RECORD', of: ({ recordId }) => recordId },
	{
		title: 'OUTCOME',
		of: ({ outcomes, isDeliveredToo }) => outcomes.join(' ') + (isDeliveredToo ? ' (delivered too)' : ''),
	},
	{ title: 'QUEUE', of: ({ queues }) => queues.join(' ') },
	{ title: 'WHY', of: ({ reasons }) => reasonsText(reasons) },
];

/** `observatory failed` */
export function failedCommand(): Command {
	return askingCommand('failed', 'The records that failed last, and why.')
		.option('--since <when>', 'how long ago (24h, 7d) or when', '24h')
		.option('--limit <number>', 'records', countOf, 50)
		.action((options: FailedOptions) =>
			withApi(options, async (api) => {
				const records = await jsonOf<readonly FailedRecord[]>(api, {
					path: '/records/failed',
					query: {
						from: instantOf(options.since),
						to: new Date().toISOString(),
						limit: Math.min(options.limit, 1_000),
					},
				});
				if (options.json === true) {
					printJson(records);
					return;
				}
				if (records.length > 0) print(renderTable(COLUMNS, records, outputWidth()));
				note(
					records.length === 0
						? `No record failed since ${options.since}.`
						: `${records.length} records; \`observatory journey <record>\` tells the whole story of one`,
				);
			}),
		);
}

/** Each once; one that says no more than another is left out. */
function reasonsText(reasons: FailedRecord['reasons']): string {
	const texts = [...new Set(reasons.map(reasonText))];
	return texts.filter((text) => !texts.some((other) => other.startsWith(`${text} (`))).join('; ');
}

function reasonText({ error, name, rule, field, destination }: FailedRecord['reasons'][number]): string {
	const details = [
		...(rule === undefined ? [] : [`rule ${rule}`]),
		...(field === undefined ? [] : [`field ${field}`]),
		...(destination === undefined ? [] : [`at ${destination}`]),
	];
	return `${error ?? name.split('.').at(-1) ?? name}${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
}
