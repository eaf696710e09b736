import { join } from 'node:path';
import {
	type DestinationOptions,
	FileDestination,
	GammaModule,
	HttpDestination,
	LocalHttpSink,
	type RoutingTable,
} from '@pipeline/gamma';
import { IntegrationLayer, type ReceivingEnd, type Transport } from '@pipeline/integration-layer';
import type { BatchTransfer, DeliveryResult, Runtime, TraceOutcome, TransformedRecord } from '@pipeline/model';
import { stripContext } from '../run/faults.ts';
import { faultyDestination } from '../run/faulty-destination.ts';
import type { RunOptions } from '../run/run-options.ts';
import { logGamma } from '../telemetry/module-lines.ts';
import { type ReplayOne, replayEntries } from './replay-entries.ts';
import { runtimeOf } from './runtime-of.ts';
import type { Stage, StageReport } from './stage.ts';

/** An operator waits for them, and the destinations are ours. */
const REPLAYS_PER_SECOND = 200;

const DEAD_LETTERS = 'gamma-dlq.ndjson';
const QUEUE_FILES: readonly string[] = [DEAD_LETTERS, 'gamma-errors.ndjson'];

const LEG_COLUMNS = ['leg', 'distance', 'delay'];

const ROUTING: RoutingTable = {
	rules: [
		{
			ruleId: 'legs',
			priority: 1,
			condition: { kind: 'ALWAYS' },
			targetSchema: 'flight_leg',
			destinations: ['legs-csv'],
			stop: true,
		},
		{
			ruleId: 'strikes',
			priority: 2,
			condition: { kind: 'ALWAYS' },
			targetSchema: 'strike',
			destinations: ['records-json', 'strikes-http'],
			stop: true,
		},
	],
	defaultDestinations: ['records-json'],
};

/** Delivers what beta sends: JSON and CSV files, and an HTTP service that the stage starts itself. */
export async function gammaStage(options: RunOptions, upstream: Transport, report: StageReport): Promise<Stage> {
	const runtime = runtimeOf(options, 'gamma');
	const sink = new LocalHttpSink({ file: join(options.out, 'strikes-http.ndjson') });
	await sink.start();
	const gamma = new GammaModule({
		runtime,
		destinations: destinationsOf(options, runtime, sink.url).map((destination) => ({
			...destination,
			adapter: faultyDestination(destination.adapter, options, (ids) => report.slowed?.(ids)),
		})),
		routing: ROUTING,
		stateDirectory: join(options.out, 'queues'),
		config: { maxInFlightRecords: 500, ...(options.replays && { replayRatePerSecond: REPLAYS_PER_SECOND }) },
	});
	const layer = new IntegrationLayer({ runtime });
	const strip = stripContext(options, 'gamma');
	const receiving: ReceivingEnd = layer.receiving('BETA_GAMMA', upstream, {
		async intake(transfer: BatchTransfer) {
			const records = strip(transfer.records as readonly TransformedRecord[]);
			const outcome = gamma.accept({ ...transfer, records });
			if (outcome.status === 'REFUSED') return undefined;
			const { correlationId } = transfer.header;
			const processed = outcome.completed.then(async ({ batchId, recordCount, deliveryResults }) => {
				await receiving.confirmations.send({ correlationId, batchId, deliveryResults });
				return { recordsAccepted: recordCount, recordsRejected: 0 };
			});
			return { acknowledgment: { status: 'RECEIVED' }, processed };
		},
	});
	gamma.events.on('recordTerminal', ({ recordId, targetSchema, outcome, record }) => {
		report.terminal({ id: recordId, targetSchema, targetSchemaCount: record.targetSchemaCount ?? 1, outcome });
	});
	if (report.logs !== undefined) logGamma(gamma.events, report.logs);
	const replay: ReplayOne = async ({ entryId, file, subject }, operator, justification) => {
		const results = await (file === DEAD_LETTERS
			? gamma.parts.deadLetters.replay(entryId, operator, justification)
			: gamma.replayError(entryId, operator, justification));
		report.terminal({ id: subject, targetSchema: '', targetSchemaCount: 1, outcome: outcomeOf(results) });
	};
	let replaying: Promise<void> | undefined;
	return {
		async start() {
			await gamma.start();
			layer.start();
			const { replays } = options;
			if (replays === undefined) return;
			replaying = replayEntries(replays, (file) => QUEUE_FILES.includes(file), replay, report);
			// Whoever waits until all is done is told.
			replaying.catch(() => {});
		},
		async drained() {
			await replaying;
			await gamma.idle();
			while (layer.processing > 0) await runtime.sleep(5);
		},
		interrupt() {},
		async stop() {
			await gamma.stop();
			await layer.stop();
			await sink.stop();
		},
	};
}

/** A replay ended as the first destination that did not get it. */
function outcomeOf(results: readonly DeliveryResult[]): TraceOutcome {
	if (results.length === 0) return 'FAILED';
	return results.find(({ finalStatus }) => finalStatus !== 'DELIVERED')?.finalStatus ?? 'DELIVERED';
}

function destinationsOf({ out }: RunOptions, runtime: Runtime, sinkUrl: string): readonly DestinationOptions[] {
	const file = { kind: 'FILE', maxClassification: 'CONFIDENTIAL', ackType: 'SYNC', enabled: true } as const;
	return [
		{
			registration: { ...file, destinationId: 'records-json', format: 'JSON' },
			adapter: new FileDestination({ directory: out, baseName: 'records' }, runtime),
			maxBatchRecords: 200,
		},
		{
			registration: { ...file, destinationId: 'legs-csv', format: 'CSV' },
			adapter: new FileDestination({ directory: out, baseName: 'legs', layout: 'CSV', columns: LEG_COLUMNS }, runtime),
			formatting: { columns: LEG_COLUMNS },
			maxBatchRecords: 200,
		},
		{
			registration: {
				destinationId: 'strikes-http',
				kind: 'API',
				format: 'JSON',
				maxClassification: 'INTERNAL',
				ackType: 'SYNC',
				enabled: true,
			},
			adapter: new HttpDestination({ url: sinkUrl, body: 'ARRAY' }, runtime),
			maxBatchRecords: 200,
		},
	];
}
