import { join } from 'node:path';
import { AlphaModule, FileSource } from '@pipeline/alpha';
import { IntegrationLayer, type Transport } from '@pipeline/integration-layer';
import { ownDataset, referenceDatasets } from '../data/datasets.ts';
import { spoilingRules } from '../run/faults.ts';
import type { RunOptions } from '../run/run-options.ts';
import { runtimeOf } from './runtime-of.ts';
import type { Stage, StageReport } from './stage.ts';

const MAX_RECORD_SIZE_BYTES = 10_485_760;

/** Reads the data sets one after the other and sends their records to beta. */
export function alphaStage(options: RunOptions, transport: Transport, report: StageReport): Stage {
	const runtime = runtimeOf(options, 'alpha');
	const layer = new IntegrationLayer({ runtime });
	const { sender } = layer.sending('ALPHA_BETA', transport);
	const datasets =
		options.inputs === undefined ? referenceDatasets(options.records) : ownDataset(options.inputs, options.records);
	const maxRecordSizeBytes = options.maxRecordSizeBytes ?? MAX_RECORD_SIZE_BYTES;
	let current: AlphaModule | undefined;
	let isInterrupted = false;
	let running: Promise<void> | undefined;

	async function readAll(): Promise<void> {
		for (const { name, inputs, limit, rules } of datasets) {
			if (isInterrupted) return;
			const source = new FileSource({
				name,
				inputs,
				limit,
				runtime,
				maxRecordSizeBytes,
				...(options.parquetTimeoutMs === undefined ? {} : { parquetTimeoutMs: options.parquetTimeoutMs }),
			});
			const errorQueueFile = join(options.out, 'queues', `alpha-${name}.ndjson`);
			const module = new AlphaModule({
				source,
				rules: [...rules, ...spoilingRules(options)],
				sender,
				runtime,
				errorQueueFile,
				config: { maxRecordSizeBytes },
			});
			current = module;
			let ingested = 0;
			const tell = () => {
				report.ingested(module.totals.ingested - ingested);
				ingested = module.totals.ingested;
			};
			module.events.on('recordTerminal', ({ ref, recordId, outcome }) => {
				report.terminal({ id: recordId ?? ref, targetSchema: '', targetSchemaCount: 1, outcome });
			});
			module.events.on('batchHandedOff', tell);
			await module.start();
			await module.finished();
			tell();
			await module.stop();
		}
	}

	return {
		async start() {
			layer.start();
			running = readAll();
			running.catch(() => {});
		},
		async drained() {
			await running;
			// Received is not enough: a receiver that dies would lose what it has in its hands.
			while (layer.unprocessed > 0) await runtime.sleep(5);
		},
		interrupt() {
			isInterrupted = true;
			void current?.stop();
		},
		async stop() {
			await layer.stop();
		},
	};
}
