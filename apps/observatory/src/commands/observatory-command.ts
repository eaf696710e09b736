import { Command, CommanderError } from 'commander';
import { note } from '../terminal/output.ts';
import { VERSION } from '../version.ts';
import { auditCommand } from './audit-command.ts';
import { configCommand } from './config-command.ts';
import { failedCommand } from './failed-command.ts';
import { journeyCommand } from './journey-command.ts';
import { lineageCommand } from './lineage-command.ts';
import { serveCommand } from './serve-command.ts';
import { storeCommands } from './store-commands.ts';
import { tokenCommand } from './token-command.ts';
import { traceCommand, tracesCommand } from './trace-command.ts';
import { verifyCommand } from './verify-command.ts';

/** The command `observatory`, with all that it can do. */
export function observatoryCommand(): Command {
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
	return program;
}

/**
 * Does what a command line asks for. What goes wrong is said on standard error, without a stack.
 *
 * @param args what stands after the name of the command
 * @returns exit code
 */
export async function runObservatory(args: readonly string[]): Promise<number> {
	const program = observatoryCommand();
	for (const command of withSubcommands(program)) command.exitOverride();
	try {
		await program.parseAsync([...args], { from: 'user' });
		return Number(process.exitCode ?? 0);
	} catch (error) {
		// Commander has printed its own message and help, but for what options say of themselves.
		if (error instanceof CommanderError && (error.exitCode === 0 || error.message.startsWith('error:')))
			return error.exitCode;
		note(`observatory: ${error instanceof Error ? error.message : String(error)}`);
		return 1;
	}
}

function withSubcommands(command: Command): readonly Command[] {
	return [command, ...command.commands.flatMap(withSubcommands)];
}
