import { Command, CommanderError } from 'commander';
import { auditCommand } from './commands/audit-command.ts';
import { configCommand } from './commands/config-command.ts';
import { failedCommand } from './commands/failed-command.ts';
import { journeyCommand } from './commands/journey-command.ts';
import { lineageCommand } from './commands/lineage-command.ts';
import { serveCommand } from './commands/serve-command.ts';
import { storeCommands } from './commands/store-commands.ts';
import { tokenCommand } from './commands/token-command.ts';
import { traceCommand, tracesCommand } from './commands/trace-command.ts';
import { verifyCommand } from './commands/verify-command.ts';
import { note } from './terminal/output.ts';
import { VERSION } from './version.ts';

// Whoever reads the output may have seen enough (`| head`): no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	if (error.code === 'EPIPE') process.exit(0);
	throw error;
});

const program = new Command('observatory')
	.description('What happened to every record of the pipeline, who touched it, and where it went.')
	.version(VERSION)
	.showHelpAfterError()
	.enablePositionalOptions();

for (const command of [
	serveCommand(),
	journeyCommand(),
	failedCommand(),
	auditCommand(),
	verifyCommand(),
	lineageCommand(),
	traceCommand(),
	tracesCommand(),
	...storeCommands(),
	tokenCommand(),
	configCommand(),
]) {
	program.addCommand(command);
}

try {
	await program.parseAsync();
} catch (error) {
	// Commander has printed its own message and help.
	if (error instanceof CommanderError && error.message.startsWith('error:')) process.exit(error.exitCode);
	note(`observatory: ${error instanceof Error ? error.message : String(error)}`);
	process.exit(1);
}
