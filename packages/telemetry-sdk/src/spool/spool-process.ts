import { processConsole } from './process-console.ts';
import { spoolCommand } from './spool-cli.ts';

process.exitCode = await spoolCommand(process.argv.slice(2), processConsole());
