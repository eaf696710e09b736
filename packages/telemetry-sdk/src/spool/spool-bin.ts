#!/usr/bin/env node
import { once } from 'node:events';
import { spoolCommand } from './spool-cli.ts';

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', () => process.exit(0));
process.exitCode = await spoolCommand(process.argv.slice(2), {
	out: (text) => process.stdout.write(text),
	error: (text) => void process.stderr.write(text),
	drained: async () => void (await once(process.stdout, 'drain')),
});
