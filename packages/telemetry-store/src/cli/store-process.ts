import { storeCommand } from './store-command.ts';

// Whoever reads the output may have seen enough (`| head`): no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	if (error.code === 'EPIPE') process.exit(0);
	throw error;
});

process.exitCode = await storeCommand(process.argv.slice(2), {
	out: (text) => void process.stdout.write(text),
	error: (text) => void process.stderr.write(text),
});
