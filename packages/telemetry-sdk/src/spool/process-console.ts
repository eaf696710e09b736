import { once } from 'node:events';
import { harmlessOn } from '@pipeline/command-line/terminal-text';
import type { SpoolConsole } from './spool-cli.ts';

/** The console of this process: what is said of records steers no terminal. A reader that has seen enough (`| head`) is no failure. */
export function processConsole(): SpoolConsole {
	process.stdout.on('error', () => process.exit(0));
	return {
		out: (text) => process.stdout.write(harmlessOn(process.stdout, text)),
		error: (text) => void process.stderr.write(harmlessOn(process.stderr, text)),
		drained: async () => void (await once(process.stdout, 'drain')),
	};
}
