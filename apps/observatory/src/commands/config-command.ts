import { Command } from 'commander';
import { configSchema } from '../config/config-schema.ts';
import { readSettings } from '../config/settings.ts';
import { print, printJson } from '../terminal/output.ts';

/** `observatory config check|schema` */
export function configCommand(): Command {
	return new Command('config')
		.description('The configuration file.')
		.addCommand(
			new Command('check')
				.description('Say what is wrong with a configuration file, with file and line.')
				.argument('<file>')
				.action(async (file: string) => {
					await readSettings(file);
					print(`${file} is in order.`);
				}),
		)
		.addCommand(
			new Command('schema')
				.description('Print the JSON Schema of the configuration file, for editors and CI.')
				.action(() => printJson({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...configSchema })),
		);
}
