import { processConsole, spoolCommand as runSpool } from '@pipeline/telemetry-sdk/spool';
import { Command } from 'commander';

/** `pipeline spool`: the audit of a run, by the command that telemetry-sdk brings along. */
export function spoolCommand(): Command {
	return new Command('spool')
		.description('Verify, list and export the audit of a run (`--help` after it says more).')
		.argument('[args...]', 'verify|list|export <folder of the run>/audit')
		.helpOption(false)
		.allowUnknownOption()
		.passThroughOptions()
		.action(async (args: readonly string[]) => {
			process.exitCode = await runSpool(args, processConsole());
		});
}
