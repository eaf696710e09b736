import { Command, CommanderError } from 'commander';
import { runCommand } from './commands/run-command.ts';

const program = new Command('pipeline')
	.description('The reference pipeline: ingestion, transformation and delivery of real records, every one of them followed.')
	.showHelpAfterError()
	.addCommand(runCommand());

try {
	await program.parseAsync();
} catch (error) {
	if (error instanceof CommanderError) process.exitCode = error.exitCode;
	else {
		process.stderr.write(`pipeline: ${error instanceof Error ? error.message : String(error)}\n`);
		process.exitCode = 1;
	}
}
