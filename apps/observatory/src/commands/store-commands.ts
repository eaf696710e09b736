import { type ProducerState, type StoreGrowth, storeCommand } from '@pipeline/telemetry-store';
import { Command } from 'commander';
import { jsonOf } from '../client/api.ts';
import { note, outputWidth, print, printJson } from '../terminal/output.ts';
import { type Column, renderTable } from '../terminal/table.ts';
import { askingCommand, type ClientOptions, withApi } from './client-options.ts';

const MEGABYTE = 1_048_576;
const megabytes = (bytes: number) => (bytes / MEGABYTE).toFixed(1);

const TABLES: readonly Column<StoreGrowth['tables'][number]>[] = [
	{ title: 'TABLE', of: ({ table }) => table },
	{ title: 'ROWS', of: ({ rows }) => rows, isNumber: true },
	{ title: 'MB', of: ({ bytes }) => megabytes(bytes), isNumber: true },
	{ title: 'B/ROW', of: ({ bytesPerRow }) => bytesPerRow.toFixed(1), isNumber: true },
	{ title: 'ROWS/DAY', of: ({ rowsPerDay }) => Math.round(rowsPerDay), isNumber: true },
	{ title: 'KEPT', of: ({ retentionDays }) => (retentionDays === undefined ? 'for ever' : `${retentionDays} days`) },
];

const PRODUCERS: readonly Column<ProducerState>[] = [
	{ title: 'PRODUCER', of: ({ producerId }) => producerId },
	{ title: 'STORED UP TO', of: ({ durableSeq }) => durableSeq, isNumber: true },
	{ title: 'MISSING BEFORE', of: ({ later }) => later.map(([from]) => from).join(' ') },
];

/** `observatory growth`, `producers` and `store`. */
export function storeCommands(): readonly Command[] {
	return [growthCommand(), producersCommand(), ownStoreCommand()];
}

function growthCommand(): Command {
	return askingCommand('growth', 'What the store weighs, how fast it grows, and when it is full.').action(
		(options: ClientOptions) =>
			withApi(options, async (api) => {
				const growth = await jsonOf<StoreGrowth>(api, { path: '/growth' });
				if (options.json === true) {
					printJson(growth);
					return;
				}
				print(renderTable(TABLES, growth.tables, outputWidth()));
				const { capacityBytes, daysLeft } = growth.forecast;
				const isFull = daysLeft === undefined ? 'in more than ten years' : `in ${Math.floor(daysLeft)} days`;
				note(`${megabytes(growth.bytes)} MB; full at ${megabytes(capacityBytes)} MB, ${isFull}`);
			}),
	);
}

function producersCommand(): Command {
	return askingCommand('producers', 'Whose audit comes in, and what of it is missing.').action(
		(options: ClientOptions) =>
			withApi(options, async (api) => {
				const producers = await jsonOf<readonly ProducerState[]>(api, { path: '/producers' });
				if (options.json === true) printJson(producers);
				else print(renderTable(PRODUCERS, producers, outputWidth()));
			}),
	);
}

function ownStoreCommand(): Command {
	return new Command('store')
		.description('Migrate, check, verify and measure a store that no process has open (`--help` after it says more).')
		.argument('[args...]', 'migrate|status|check|verify|growth --path <folder>')
		.helpOption(false)
		.allowUnknownOption()
		.passThroughOptions()
		.action(async (args: readonly string[]) => {
			process.exitCode = await storeCommand(args, {
				out: (text) => void process.stdout.write(text),
				error: (text) => void process.stderr.write(text),
			});
		});
}
