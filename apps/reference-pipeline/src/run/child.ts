import { once } from 'node:events';
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
const slowed: string[] = [];
let ingested = 0;

const report: StageReport = {
	terminal: (terminal) => terminals.push(terminal),
	ingested: (count) => {
		ingested += count;
	},
	slowed: (recordIds) => slowed.push(...recordIds),
	halted: (errorRate) => tell({ kind: 'halted', errorRate }),
};

function tell(message: ChildMessage): void {
	process.send?.(message);
}

function flush(): void {
	if (terminals.length + slowed.length === 0 && ingested === 0) return;
	tell({ kind: 'progress', terminals: terminals.splice(0), ingested, slowed: slowed.splice(0) });
	ingested = 0;
}

async function run({ role, options, port, listenPort }: ChildStart): Promise<void> {
	const telemetry = await startTelemetry(options, role);
	const told = { ...report, logs: telemetry?.logs };
	const listening = role === 'alpha' ? undefined : await TcpTransport.listen(listenPort);
	const connecting =
		port === undefined
			? undefined
			: TcpTransport.connect(port, { faults: faultsOf(options, role === 'alpha' ? 'ALPHA_BETA' : 'BETA_GAMMA') });
	const stage = await stageOf();
	await stage.start();
	const timer = setInterval(() => {
		flush();
		if (telemetry !== undefined) tell({ kind: 'emitted', facts: telemetry.emitted() });
	}, REPORT_EVERY_MS);
	process.on('message', (command: ChildCommand) => {
		if (command.kind === 'interrupt') stage.interrupt();
		if (command.kind === 'drain') void drain();
		if (command.kind === 'finish') void finish();
	});
	// The parent ends this process; a terminal's Ctrl-C reaches all of them.
	process.on('SIGINT', () => {});
	process.on('SIGTERM', () => void terminate());
	tell({ kind: 'ready', port: listening?.port ?? 0 });

	function stageOf(): Stage | Promise<Stage> {
		if (role === 'alpha') return alphaStage(options, connecting as TcpTransport, told);
		if (role === 'beta') return betaStage(options, listening as TcpTransport, connecting as TcpTransport, told);
		return gammaStage(options, listening as TcpTransport, told);
	}

	async function drain(): Promise<void> {
		await stage.drained();
		flush();
		tell({ kind: 'drained' });
	}

	async function finish(): Promise<void> {
		// What it had said last arrives before the end of the connection.
		if (connecting?.isConnected) await once(connecting.events, 'disconnected');
		await tellFacts();
		await stage.stop();
		await end();
	}

	/** Nobody waits until there is nothing left to do. */
	async function terminate(): Promise<void> {
		await stage.stop();
		await tellFacts();
		await end();
	}

	async function tellFacts(): Promise<void> {
		if (telemetry !== undefined) tell({ kind: 'emitted', facts: await telemetry.facts() });
	}

	async function end(): Promise<void> {
		clearInterval(timer);
		flush();
		await connecting?.close();
		await listening?.close();
		await telemetry?.shutdown();
		// Records that were open have said then what was done with them.
		if (telemetry !== undefined) tell({ kind: 'emitted', facts: telemetry.emitted() });
		// Disconnecting before it was written would lose it.
		process.send?.({ kind: 'done' } satisfies ChildMessage, () => process.exit(0));
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
