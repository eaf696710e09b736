import { join } from 'node:path';
import { BETA_QUEUES, BetaModule, betaQueueFile, TableSource } from '@pipeline/beta';
import { IntegrationLayer, type ReceivingEnd, type Transport } from '@pipeline/integration-layer';
import type { BatchTransfer, ValidatedRecord } from '@pipeline/model';
import { AIRPORTS_FILE } from '../data/datasets.ts';
import { PROFILES, profileOf } from '../data/profiles.ts';
import { spoilRecords, stripContext } from '../run/faults.ts';
import type { RunOptions } from '../run/run-options.ts';
import { logBeta } from '../telemetry/module-lines.ts';
import { type ReplayOne, replayEntries } from './replay-entries.ts';
import { runtimeOf } from './runtime-of.ts';
import type { Stage, StageReport } from './stage.ts';

/** Transforms what alpha sends and sends it on to gamma. */
export async function betaStage(
	options: RunOptions,
	upstream: Transport,
	downstream: Transport,
	report: StageReport,
): Promise<Stage> {
	const runtime = runtimeOf(options, 'beta');
	const layer = new IntegrationLayer({ runtime });
	const { sender } = layer.sending('BETA_GAMMA', downstream);
	const airports = await TableSource.fromFile(AIRPORTS_FILE, { sourceId: 'airports', keyField: 'iata', runtime });
	let receiving: ReceivingEnd | undefined;
	const beta = new BetaModule({
		runtime,
		sender,
		profiles: PROFILES,
		sources: [airports],
		errorQueueDirectory: join(options.out, 'queues'),
		// The integration layer has verified it.
		config: { verifyTransferChecksum: false, captureStageChecksums: options.takesChecksums === true },
		onBackPressure: ({ currentQueueDepth, queueCapacity }) =>
			void receiving?.backPressure.signal(currentQueueDepth, queueCapacity, 1_000),
	});
	const strip = stripContext(options, 'beta');
	const spoil = spoilRecords(options);
	receiving = layer.receiving('ALPHA_BETA', upstream, {
		async intake(transfer: BatchTransfer) {
			const records = spoil(strip(transfer.records as readonly ValidatedRecord[]));
			return beta.accept({ ...transfer, records, transformationProfile: profileOf(records[0]?.sourceId) });
		},
	});
	beta.events.on('recordTerminal', ({ record, targetSchema, targetSchemaCount, outcome }) => {
		report.terminal({ id: record.recordId, targetSchema, targetSchemaCount, outcome });
	});
	beta.events.on('escalationChanged', ({ to, errorRate }) => {
		if (to !== 4) return;
		report.halted?.(errorRate);
		// No operator is here, and what was read must not be lost: it is finished, whatever becomes of it.
		queueMicrotask(() => beta.resume());
	});
	if (report.logs !== undefined) logBeta(beta.events, report.logs);
	const replay: ReplayOne = ({ entryId, file }, operator, justification) => {
		const queue = BETA_QUEUES.find((name) => file === betaQueueFile(name));
		if (queue !== undefined) beta.replay(queue, entryId, { operator, justification });
	};
	// No batch answers for a replayed record.
	const hasReplays = () => beta.queueDepth + beta.recordsInProgress + beta.outputDepth > 0;
	return {
		async start() {
			beta.start();
			layer.start();
			const { replays } = options;
			if (replays !== undefined) await replayEntries(replays, (file) => file.startsWith('beta_'), replay, report);
		},
		async drained() {
			while (layer.processing > 0 || hasReplays() || layer.unprocessed > 0) await runtime.sleep(5);
		},
		interrupt() {},
		async stop() {
			await beta.stop();
			await layer.stop();
		},
	};
}
