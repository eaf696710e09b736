import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AlphaModule, FileSource } from '@pipeline/alpha';
import { BetaModule } from '@pipeline/beta';
import { type DeliveryReceipt, type DestinationOptions, GammaModule, type OutboundRecord } from '@pipeline/gamma';
import { IntegrationLayer, type Message, TcpTransport } from '@pipeline/integration-layer';
import {
	type BatchTransfer,
	type EnrichmentSource,
	fromPlain,
	systemRuntime,
	type TransformedRecord,
	type ValidatedRecord,
} from '@pipeline/model';

/** Gives the next thing to plant. */
export type Plant = () => string;

const runtime = systemRuntime();
const RECORDS = 60;
const HEALTHY = { componentName: 'leaky', status: 'HEALTHY', message: '', lastCheck: '' } as const;

/** The real modules, connected over TCP, whose data, surroundings and failures all hold what `plant` gives. */
export async function runLeakyPipeline(folder: string, plant: Plant): Promise<void> {
	const toBeta = await connect(plant);
	const toGamma = await connect(plant);
	const gamma = await startGamma(folder, toGamma.receiving, plant);
	const beta = await startBeta(folder, toBeta.receiving, toGamma.sending, plant);
	const alpha = await runAlpha(folder, toBeta.sending, plant);
	await beta.stop();
	await gamma.stop();
	await alpha.stop();
	for (const transport of [toBeta.sending, toBeta.receiving, toGamma.sending, toGamma.receiving])
		await transport.close();
}

async function connect(plant: Plant) {
	const receiving = await TcpTransport.listen();
	const sending = TcpTransport.connect(receiving.port, { faults: (message) => [inHeaders(message, plant)] });
	await once(sending.events, 'connected');
	return { sending, receiving };
}

/** Trace states, baggage and ids of the batch and of its records. */
function inHeaders(message: Message, plant: Plant): Message {
	const records = (message as { records?: readonly object[] }).records;
	const context = () => ({ traceState: traceStateOf(plant()), baggage: { user: plant(), 'pipeline.tenant': plant() } });
	return {
		...message,
		header: { ...message.header, ...context() },
		...(records === undefined ? {} : { records: records.map((record) => ({ ...record, ...context() })) }),
	} as Message;
}

/** What cannot stand in a trace state is left to the other fields. */
export const traceStateOf = (text: string): string =>
	/^[\x21-\x2b\x2d-\x3c\x3e-\x7e]{1,256}$/.test(text) ? `vendor=${text}` : 'a=1';

async function runAlpha(folder: string, transport: TcpTransport, plant: Plant) {
	const layer = new IntegrationLayer({ runtime });
	const { sender } = layer.sending('ALPHA_BETA', transport);
	const file = join(
		folder,
		`${plant()
			.replaceAll(/[^\w@.+ -]/g, '_')
			.slice(0, 80)}.ndjson`,
	);
	writeFileSync(file, linesOf(plant).join('\n'));
	const source = new FileSource({
		name: `drop ${plant()}`,
		inputs: [file],
		runtime,
		maxRecordSizeBytes: 100_000,
		personalFields: ['note'],
	});
	const module = new AlphaModule({
		source,
		rules: [
			{ id: 'VR01', requiredFields: ['key'] },
			{ id: 'VR05', fieldPatterns: { shape: '[a-z]+' } },
			{ id: 'VR06', fieldEnums: { kind: ['a', plant()] }, severity: 'WARNING' },
		],
		sender,
		runtime,
		errorQueueFile: join(folder, 'alpha.ndjson'),
		config: { maxRecordSizeBytes: 100_000 },
	});
	layer.start();
	await module.start();
	await module.finished();
	for (const { entryId } of module.errorQueue.list().slice(0, 2))
		await module.replay(entryId, plant(), plant()).catch(() => {});
	while (layer.unprocessed > 0) await runtime.sleep(5);
	return {
		async stop() {
			await module.stop();
			await layer.stop();
		},
	};
}

/** Records that pass, that break a rule, and that cannot be parsed; their values, and names of fields, are planted. */
function linesOf(plant: Plant): readonly string[] {
	return Array.from({ length: RECORDS }, (_, number) => {
		const record = { key: plant(), note: plant(), amount: number, [plant()]: plant(), nested: { list: [plant()] } };
		if (number % 6 === 1) return JSON.stringify({ ...record, shape: plant() });
		if (number % 6 === 2) return JSON.stringify({ ...record, kind: plant() });
		if (number % 6 === 3) return `{"key": "${JSON.stringify(plant()).slice(1, -1)}", oops`;
		return JSON.stringify(record);
	});
}

async function startBeta(folder: string, upstream: TcpTransport, downstream: TcpTransport, plant: Plant) {
	const layer = new IntegrationLayer({ runtime });
	const { sender } = layer.sending('BETA_GAMMA', downstream);
	const beta = new BetaModule({
		runtime,
		sender,
		profiles: [
			{
				profileId: 'leaky',
				version: 1,
				author: plant(),
				targetSchemas: [
					{
						schemaId: 'leaky',
						passUnmapped: true,
						mappings: [{ kind: 'DIRECT', source: 'key', target: 'key' }],
						rules: [
							{ type: 'TR03', config: { fieldCases: { note: 'UPPER' } }, onError: { policy: 'SKIP' } },
							{
								type: 'TR15',
								config: {
									enrichmentMappings: [
										{ source: 'directory', lookupKey: 'key', fieldMappings: { name: 'name' }, fallback: 'SKIP' },
									],
								},
							},
						],
						fields: { key: { type: 'STRING', required: true }, note: { type: 'STRING', required: true } },
					},
				],
			},
		],
		sources: [directory(plant)],
		errorQueueDirectory: folder,
		config: { verifyTransferChecksum: false },
	});
	layer.receiving('ALPHA_BETA', upstream, {
		async intake(transfer: BatchTransfer) {
			return beta.accept({
				...transfer,
				records: transfer.records as readonly ValidatedRecord[],
				transformationProfile: 'leaky',
			});
		},
	});
	beta.start();
	layer.start();
	return {
		async stop() {
			while (layer.processing > 0 || layer.unprocessed > 0) await runtime.sleep(5);
			await beta.stop();
			await layer.stop();
		},
	};
}

/** Answers with planted values, or fails with planted words. */
function directory(plant: Plant): EnrichmentSource {
	let calls = 0;
	return {
		sourceId: 'directory',
		kind: 'API',
		classification: 'INTERNAL',
		authorizationRef: plant(),
		async lookup() {
			if (calls++ % 3 > 0) return { name: fromPlain(plant()) };
			throw Object.assign(new TypeError(`no answer for ${plant()}`), { name: plant(), cause: new Error(plant()) });
		},
		healthCheck: async () => HEALTHY,
	};
}

async function startGamma(folder: string, upstream: TcpTransport, plant: Plant) {
	const gamma = new GammaModule({
		runtime,
		destinations: [destination(plant)],
		routing: { rules: [], defaultDestinations: ['leaky'] },
		stateDirectory: folder,
	});
	const layer = new IntegrationLayer({ runtime });
	const receiving = layer.receiving('BETA_GAMMA', upstream, {
		async intake(transfer: BatchTransfer) {
			const outcome = gamma.accept({ ...transfer, records: transfer.records as readonly TransformedRecord[] });
			if (outcome.status === 'REFUSED') return undefined;
			const { correlationId } = transfer.header;
			const processed = outcome.completed.then(async ({ batchId, recordCount, deliveryResults }) => {
				await receiving.confirmations.send({ correlationId, batchId, deliveryResults });
				return { recordsAccepted: recordCount, recordsRejected: 0 };
			});
			return { acknowledgment: { status: 'RECEIVED' }, processed };
		},
	});
	await gamma.start();
	layer.start();
	return {
		async stop() {
			await gamma.idle();
			while (layer.processing > 0) await runtime.sleep(5);
			await gamma.stop();
			await layer.stop();
		},
	};
}

/** Accepts with planted acknowledgments, refuses with planted reasons, or throws. */
function destination(plant: Plant): DestinationOptions {
	let calls = 0;
	const receipt = (): DeliveryReceipt => {
		const turn = calls++ % 4;
		if (turn === 0)
			return {
				status: 'FAILED',
				errorCode: 'DELIV_002_REJECTED',
				responseCode: '422',
				responseMessage: plant(),
				retryEligible: false,
			};
		if (turn === 1) throw Object.assign(new Error(`refused: ${plant()}`), { code: plant(), cause: plant() });
		return { status: 'SUCCESS', responseCode: '200', responseMessage: plant(), acknowledgmentId: plant() };
	};
	return {
		registration: {
			destinationId: 'leaky',
			kind: 'API',
			maxClassification: 'CONFIDENTIAL',
			format: 'JSON',
			ackType: 'SYNC',
			ackTimeoutAction: 'RETRY_DELIVERY',
			enabled: true,
		},
		adapter: {
			async connect() {},
			async disconnect() {},
			deliver: async (batch: readonly OutboundRecord[]) => batch.map(receipt),
			getDeliveryStatus: async () => ({ state: 'UNKNOWN' }),
			getMetrics: () => ({ recordsDelivered: 0, bytesDelivered: 0, callsMade: 0 }),
			healthCheck: async () => HEALTHY,
		},
	};
}
