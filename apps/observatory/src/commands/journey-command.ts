import { writeFile } from 'node:fs/promises';
import { type JourneyAnswer, renderJourneyText } from '@pipeline/telemetry-store';
import type { Command } from 'commander';
import { jsonOf } from '../client/api.ts';
import { isOutputColoured, note, outputWidth, print, printJson } from '../terminal/output.ts';
import { askingCommand, type ClientOptions, withApi } from './client-options.ts';

interface JourneyOptions extends ClientOptions {
	readonly html?: string;
}

/** Columns that a journey can be drawn with, and those of a file. */
const WIDTH = { min: 60, max: 400, unknown: 100 };

/** `observatory journey <record>` */
export function journeyCommand(): Command {
	return askingCommand('journey', 'The whole story of a record: stages, attempts, errors, audit, lineage, replays.')
		.argument('<record>', 'id of the record')
		.option('--html <file>', 'write it as one page that needs nothing else')
		.action((recordId: string, options: JourneyOptions) =>
			withApi(options, async (api) => {
				const path = `/records/${encodeURIComponent(recordId)}/journey`;
				if (options.html !== undefined) {
					const page = await api.text({ path, query: { format: 'html' } });
					await writeFile(options.html, page, { mode: 0o600 });
					note(`Written to ${options.html}`);
					return;
				}
				const journey = await jsonOf<JourneyAnswer>(api, { path, query: { format: 'json' } });
				if (journey.isPartial === true) note('The store is away: this is what was in memory.');
				if (options.json === true) printJson(journey);
				else print(renderJourneyText(journey, { width: widthOf(outputWidth()), isColoured: isOutputColoured() }));
			}),
		);
}

function widthOf(columns: number): number {
	return Number.isFinite(columns) ? Math.min(WIDTH.max, Math.max(WIDTH.min, columns)) : WIDTH.unknown;
}
