import { Command, InvalidArgumentError, Option } from 'commander';
import { readSettings } from '../config/settings.ts';
import { note, print } from '../terminal/output.ts';

interface ServeOptions {
	readonly config?: string;
	readonly host?: string;
	readonly port?: number;
	readonly otlpPort?: number;
	readonly data?: string;
	readonly logLevel: string;
}

/** The last one comes when the process that started this one has ended. */
const ENDS = ['SIGINT', 'SIGTERM', 'disconnect'] as const;

/** `observatory serve` */
export function serveCommand(): Command {
	return new Command('serve')
		.description('Receive OTLP, keep it in the store, and answer the query API.')
		.addOption(new Option('--config <file>', 'configuration, YAML').env('OBSERVATORY_CONFIG'))
		.option('--host <address>', 'to listen on; other than loopback needs tokens and TLS')
		.option('--port <number>', 'of the query API', portOf)
		.option('--otlp-port <number>', 'of the OTLP receiver', portOf)
		.option('--data <folder>', 'of the embedded store')
		.addOption(
			new Option('--log-level <level>', 'of the log on standard error')
				.choices(['silent', 'error', 'warn', 'info', 'debug'])
				.default('warn'),
		)
		.action(serve);
}

async function serve({ config, host, port, otlpPort, data, logLevel }: ServeOptions): Promise<void> {
	const settings = await readSettings(config, { host, apiPort: port, otlpPort, data });
	const { startObservatory } = await import('../server/observatory.ts');
	const observatory = await startObservatory(settings, { logLevel, onWarning: note });
	print(`Query API  ${observatory.apiUrl}/api/v1 (described at ${observatory.apiUrl}/api/v1/openapi.json)`);
	print(`OTLP       ${observatory.otlpUrl}/v1/{traces,logs,metrics}`);
	if (settings.tokens.length === 0) print('Access     open to this machine: no tokens are configured');
	// For a process that has forked this one.
	process.send?.({ apiUrl: observatory.apiUrl, otlpUrl: observatory.otlpUrl });
	await stopSignal();
	note('Stopping: what came in is stored. A second signal ends at once.');
	const isDone = await observatory.stop();
	if (!isDone) note('Stopping took too long: what was not acknowledged is sent again by its senders.');
	process.exit(isDone ? 0 : 1);
}

/** The first signal asks for a stop; the second one is the system's again, and ends the process. */
async function stopSignal(): Promise<void> {
	const { promise, resolve } = Promise.withResolvers<void>();
	const stop = () => {
		for (const end of ENDS) process.off(end, stop);
		resolve();
	};
	for (const end of ENDS) process.on(end, stop);
	await promise;
}

function portOf(text: string): number {
	const port = Number(text);
	if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
	throw new InvalidArgumentError('A port is a number from 0 to 65535.');
}
