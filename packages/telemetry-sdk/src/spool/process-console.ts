import { once } from 'node:events';
import type { SpoolConsole } from './spool-cli.ts';

/** The console of this process. A reader that has seen enough (`| head`) is no failure. */
export function processConsole(): SpoolConsole {
	process.stdout.on('error', () => process.exit(0));
	return {
		out: (text) => process.stdout.write(text),
		error: (text) => void process.stderr.write(text),
		drained: async () => void (await once(process.stdout, 'drain')),
	};
}
