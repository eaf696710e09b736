import { type BetaGammaBatch, type IntermediateRecord, seededRuntime, type TransformedRecord } from '@pipeline/model';
import { describe, expect, it } from 'vitest';
import { IntegrationLayer, MemoryTransport } from '../src/index.ts';
import { batch, PATIENT, record } from './fixtures.ts';

function transformed(name: string): TransformedRecord {
	const { recordId, fields, lineageId, classification, personalFields, ...rest } = record(name);
	const dimensions = {
		completenessScore: 1,
		consistencyScore: 1,
		conformanceScore: 1,
		timelinessScore: 1,
		overallScore: 1,
	};
	return {
		recordId,
		fields,
		lineageId,
		classification,
		personalFields,
		targetSchema: 'flights' satisfies IntermediateRecord['targetSchema'],
		qualityScore: 1,
		qualityDimensions: dimensions,
		transformationTimestamp: rest.validationTimestamp,
		rulesApplied: 0,
		...carriersOf(rest),
	};
}

function carriersOf(item: TransformedRecord | object): Pick<TransformedRecord, keyof TransformedRecord & symbol> {
	return Object.fromEntries(Object.getOwnPropertySymbols(item).map((key) => [key, 0])) as Pick<
		TransformedRecord,
		keyof TransformedRecord & symbol
	>;
}

function outgoing(...names: string[]): BetaGammaBatch {
	const { batchId, correlationId, priority } = batch();
	return {
		batchId,
		correlationId,
		priority,
		records: names.map(transformed),
		transformationSummary: { totalRecordsTransformed: 1, transformationsApplied: 0, enrichmentCacheHitRate: 0 },
		qualitySummary: { averageQualityScore: 1, minQualityScore: 1, maxQualityScore: 1, recordsBelowThreshold: 0 },
	};
}

describe('IntegrationLayer', () => {
	it('carries both edges of one process and counts what is under way', async () => {
		const [alphaOut, betaIn] = MemoryTransport.pair();
		const [betaOut, gammaIn] = MemoryTransport.pair({ encodes: true });
		const layer = new IntegrationLayer({ runtime: seededRuntime(1, 'layer'), config: PATIENT });
		const ends: (() => void)[] = [];
		const seen: string[] = [];
		layer.events.on('transferResolved', ({ edge, outcome }) => seen.push(`${edge} ${outcome}`));
		const beta = layer.sending('BETA_GAMMA', betaOut);
		layer.receiving('ALPHA_BETA', betaIn, {
			handler: async ({ records }) => {
				await beta.sender.send(outgoing('x'));
				return { recordsAccepted: records.length, recordsRejected: 0 };
			},
		});
		layer.receiving('BETA_GAMMA', gammaIn, {
			handler: () => new Promise((resolve) => ends.push(() => resolve({ recordsAccepted: 1, recordsRejected: 0 }))),
		});
		layer.start();
		const alpha = layer.sending('ALPHA_BETA', alphaOut);
		await alpha.sender.send(batch('a'));
		while (seen.length < 2) await new Promise(setImmediate);
		expect(seen).toEqual(['ALPHA_BETA ACKED', 'BETA_GAMMA ACKED']);
		expect([layer.inFlight, layer.pendingAcks, layer.processing >= 1, layer.unprocessed >= 1]).toEqual([
			0,
			0,
			true,
			true,
		]);
		expect(layer.circuitStates.map(({ circuitId, state }) => `${circuitId} ${state}`)).toEqual([
			'beta:transfer:gamma CLOSED',
			'alpha:transfer:beta CLOSED',
		]);
		const stopped = layer.stop();
		for (const end of ends) end();
		expect(await stopped).toEqual([]);
		expect([layer.unprocessed, layer.processing]).toEqual([0, 0]);
	});

	it('names the batches that a stop leaves behind', async () => {
		const [out, into] = MemoryTransport.pair();
		const layer = new IntegrationLayer({ runtime: seededRuntime(1, 'layer'), edges: { ALPHA_BETA: PATIENT } });
		const alpha = layer.sending('ALPHA_BETA', out);
		layer.receiving('ALPHA_BETA', into, { handler: () => new Promise(() => undefined) });
		layer.start();
		const sent = batch('a');
		await alpha.sender.send(sent);
		expect(await layer.stop({ drainTimeoutMs: 1 })).toEqual([sent.batchId]);
	});
});
