import { runObservatory } from './commands/observatory-command.ts';

// Whoever reads the output may have seen enough (`| head`): no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	if (error.code === 'EPIPE') process.exit(0);
	throw error;
});

const exitCode = await runObservatory(process.argv.slice(2));
// What was started before an error must not keep the process.
if (exitCode === 0) process.exitCode = 0;
else process.exit(exitCode);
