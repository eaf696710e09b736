import { Command, CommanderError } from 'commander';
import { benchCommand } from './commands/bench-command.ts';
import { queueCommand } from './commands/queue-command.ts';
import { runCommand } from './commands/run-command.ts';
import { spoolCommand } from './commands/spool-command.ts';

// Whoever reads the output may have seen enough (`| head`): no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	if (error.code === 'EPIPE') process.exit(0);
	throw error;
});

const program = new Command('pipeline')
	.description(
		'The reference pipeline: ingestion, transformation and delivery of real records, every one of them followed.',
	)
	.showHelpAfterError()
	.enablePositionalOptions()
	.addCommand(runCommand())
	.addCommand(queueCommand())
	.addCommand(benchCommand())
	.addCommand(spoolCommand());

try {
	await program.parseAsync();
} catch (error) {
	// Commander has printed its own message and help.
	if (error instanceof CommanderError) process.exit(error.exitCode);
	process.stderr.write(`pipeline: ${error instanceof Error ? error.message : String(error)}\n`);
	// Whatever was started before the error must not keep the process.
	process.exit(1);
}
