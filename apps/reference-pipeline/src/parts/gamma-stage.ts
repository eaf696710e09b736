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
import type { BatchTransfer, Runtime, TransformedRecord } from '@pipeline/model';
import { stripContext } from '../run/faults.ts';
import { faultyDestination } from '../run/faulty-destination.ts';
import type { RunOptions } from '../run/run-options.ts';
import { runtimeOf } from './runtime-of.ts';
import type { Stage, StageReport } from './stage.ts';

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
		config: { maxInFlightRecords: 500 },
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
	return {
		async start() {
			await gamma.start();
			layer.start();
		},
		async drained() {
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
