import { TcpTransport } from '@pipeline/integration-layer';
import { alphaStage } from '../parts/alpha-stage.ts';
import { betaStage } from '../parts/beta-stage.ts';
import { gammaStage } from '../parts/gamma-stage.ts';
import type { Stage, StageReport } from '../parts/stage.ts';
import { startTelemetry } from '../telemetry/telemetry.ts';
import type { ChildCommand, ChildMessage, ChildStart } from './child-protocol.ts';
import { faultsOf } from './faults.ts';
import type { Terminal } from './outcomes.ts';

// One module in a process of its own. The parent says what to run and when to end; everything that it has to know is sent to it.

const REPORT_EVERY_MS = 100;
const terminals: Terminal[] = [];
let ingested = 0;

const report: StageReport = {
	terminal: (terminal) => terminals.push(terminal),
	ingested: (count) => {
		ingested += count;
	},
};

function tell(message: ChildMessage): void {
	process.send?.(message);
}

function flush(): void {
	if (terminals.length === 0 && ingested === 0) return;
	tell({ kind: 'progress', terminals: terminals.splice(0), ingested });
	ingested = 0;
}

async function run({ role, options, port, listenPort }: ChildStart): Promise<void> {
	const telemetry = await startTelemetry(options, role);
	const listening = role === 'alpha' ? undefined : await TcpTransport.listen(listenPort);
	const connecting =
		port === undefined
			? undefined
			: TcpTransport.connect(port, { faults: faultsOf(options, role === 'alpha' ? 'ALPHA_BETA' : 'BETA_GAMMA') });
	const stage = await stageOf();
	await stage.start();
	const timer = setInterval(flush, REPORT_EVERY_MS);
	process.on('message', (command: ChildCommand) => {
		if (command.kind === 'interrupt') stage.interrupt();
		if (command.kind === 'drain') void drain();
	});
	// The parent ends this process; a terminal's Ctrl-C reaches all of them.
	process.on('SIGINT', () => {});
	tell({ kind: 'ready', port: listening?.port ?? 0 });

	function stageOf(): Stage | Promise<Stage> {
		if (role === 'alpha') return alphaStage(options, connecting as TcpTransport, report);
		if (role === 'beta') return betaStage(options, listening as TcpTransport, connecting as TcpTransport, report);
		return gammaStage(options, listening as TcpTransport, report);
	}

	async function drain(): Promise<void> {
		await stage.drained();
		flush();
		const facts = await telemetry?.facts();
		clearInterval(timer);
		await stage.stop();
		await connecting?.close();
		await listening?.close();
		await telemetry?.shutdown();
		flush();
		// Disconnecting before it was written would lose it.
		process.send?.({ kind: 'done', facts } satisfies ChildMessage, () => process.exit(0));
	}
}

// Nobody would end this process without its parent.
process.on('disconnect', () => process.exit(1));

process.once('message', (start: ChildStart) => {
	run(start).catch((error: unknown) => {
		tell({ kind: 'failed', error: String(error instanceof Error ? (error.stack ?? error) : error) });
		process.exit(1);
	});
});
