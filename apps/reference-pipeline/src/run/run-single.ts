import { once } from 'node:events';
import { MemoryTransport, TcpTransport, type Transport } from '@pipeline/integration-layer';
import { alphaStage } from '../parts/alpha-stage.ts';
import { betaStage } from '../parts/beta-stage.ts';
import { gammaStage } from '../parts/gamma-stage.ts';
import type { StageReport } from '../parts/stage.ts';
import { startTelemetry, type TelemetryFacts } from '../telemetry/telemetry.ts';
import { faultsOf } from './faults.ts';
import type { RunOptions } from './run-options.ts';

/** All modules in this process. @returns what telemetry emitted */
export async function runSingle(
	options: RunOptions,
	told: StageReport,
	interrupted: AbortSignal,
): Promise<readonly TelemetryFacts[]> {
	const telemetry = await startTelemetry(options, 'pipeline');
	const report = { ...told, logs: telemetry?.logs };
	const [alphaOut, betaIn] = await connect(options, 'ALPHA_BETA');
	const [betaOut, gammaIn] = await connect(options, 'BETA_GAMMA');
	const gamma = await gammaStage(options, gammaIn, report);
	const beta = await betaStage(options, betaIn, betaOut, report);
	const alpha = alphaStage(options, alphaOut, report);
	const stages = [gamma, beta, alpha];
	for (const stage of stages) await stage.start();
	if (interrupted.aborted) alpha.interrupt();
	interrupted.addEventListener('abort', () => alpha.interrupt(), { once: true });
	for (const stage of [alpha, beta, gamma]) await stage.drained();
	const facts = await telemetry?.facts();
	for (const stage of [alpha, beta, gamma]) await stage.stop();
	for (const transport of [alphaOut, betaIn, betaOut, gammaIn]) await transport.close();
	await telemetry?.shutdown();
	return facts === undefined ? [] : [facts];
}

async function connect(options: RunOptions, edge: string): Promise<readonly [Transport, Transport]> {
	const faults = faultsOf(options, edge);
	if (options.transport === 'memory') return MemoryTransport.pair({ faults });
	const receiving = await TcpTransport.listen();
	const sending = TcpTransport.connect(receiving.port, { faults });
	await once(sending.events, 'connected');
	return [sending, receiving];
}
