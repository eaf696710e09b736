import { join } from 'node:path';
import { AlphaModule, FileSource } from '@pipeline/alpha';
import { IntegrationLayer, type Transport } from '@pipeline/integration-layer';
import type { SourceAdapter } from '@pipeline/model';
import { type Dataset, ownDataset, referenceDatasets } from '../data/datasets.ts';
import { spoilingRules } from '../run/faults.ts';
import type { ReplayRequest, RunOptions } from '../run/run-options.ts';
import { logAlpha } from '../telemetry/module-lines.ts';
import { IdleSource } from './idle-source.ts';
import { type ReplayOne, replayEntries } from './replay-entries.ts';
import { runtimeOf } from './runtime-of.ts';
import type { Stage, StageReport } from './stage.ts';

const MAX_RECORD_SIZE_BYTES = 10_485_760;

const queueFileOf = (dataset: string): string => `alpha-${dataset}.ndjson`;

/** Reads the data sets one after the other, or processes queued entries of them again, and sends their records to beta. */
export function alphaStage(options: RunOptions, transport: Transport, report: StageReport): Stage {
	const runtime = runtimeOf(options, 'alpha');
	const layer = new IntegrationLayer({ runtime });
	const { sender } = layer.sending('ALPHA_BETA', transport);
	const maxRecordSizeBytes = options.maxRecordSizeBytes ?? MAX_RECORD_SIZE_BYTES;
	let current: AlphaModule | undefined;
	let isInterrupted = false;
	let running: Promise<void> | undefined;

	function moduleOf({ name, rules }: Dataset, source: SourceAdapter): AlphaModule {
		const module = new AlphaModule({
			source,
			rules: [...rules, ...spoilingRules(options)],
			sender,
			runtime,
			errorQueueFile: join(options.out, 'queues', queueFileOf(name)),
			config: { maxRecordSizeBytes },
		});
		module.events.on('recordTerminal', ({ ref, recordId, outcome }) => {
			report.terminal({ id: recordId ?? ref, targetSchema: '', targetSchemaCount: 1, outcome });
		});
		if (report.logs !== undefined) logAlpha(module.events, report.logs);
		current = module;
		return module;
	}

	async function read(dataset: Dataset): Promise<void> {
		const { name, inputs, limit } = dataset;
		const { parquetTimeoutMs } = options;
		const timeout = parquetTimeoutMs === undefined ? {} : { parquetTimeoutMs };
		const module = moduleOf(dataset, new FileSource({ name, inputs, limit, runtime, maxRecordSizeBytes, ...timeout }));
		let ingested = 0;
		const tell = () => {
			report.ingested(module.totals.ingested - ingested);
			ingested = module.totals.ingested;
		};
		module.events.on('batchHandedOff', tell);
		await module.start();
		await module.finished();
		tell();
		await module.stop();
	}

	async function replay(dataset: Dataset, request: ReplayRequest): Promise<void> {
		const file = queueFileOf(dataset.name);
		if (!request.entries.some((entry) => entry.file === file)) return;
		const source = new IdleSource(dataset.name);
		const module = moduleOf(dataset, source);
		await module.start();
		try {
			const one: ReplayOne = ({ entryId }, operator, why) => module.replay(entryId, operator, why);
			await replayEntries(request, (each) => each === file, one, report);
		} finally {
			source.end();
			await module.finished();
			await module.stop();
		}
	}

	async function work(): Promise<void> {
		const { inputs, records, replays } = options;
		const datasets = inputs === undefined ? referenceDatasets(records) : ownDataset(inputs, records);
		for (const dataset of replays === undefined ? datasets : [...referenceDatasets(), ...ownDataset([])]) {
			if (isInterrupted) return;
			await (replays === undefined ? read(dataset) : replay(dataset, replays));
		}
	}

	return {
		async start() {
			layer.start();
			running = work();
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
