import { canonicalJson, type ValidatedRecord } from '@pipeline/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProfileInput } from '../src/index.ts';
import { setUp, sourceOf } from './module-support.ts';
import { batchIdOf, fieldsOf, record, transferOf } from './support.ts';

describe('determinism', () => {
	const plain = fc.dictionary(
		fc.constantFrom('a', 'b', 'name', 'n', 'when'),
		fc.oneof(fc.string(), fc.integer(), fc.double({ noNaN: true }), fc.constant(null), fc.constant('2026-03-01')),
	);
	const profile: ProfileInput = {
		profileId: 'test',
		version: 1,
		targetSchemas: [
			{
				schemaId: 'out',
				passUnmapped: true,
				fields: { name: { type: 'STRING', required: true } },
				mappings: [{ kind: 'DIRECT', source: 'name', target: 'name' }],
				rules: [
					{ type: 'TR02', config: { typeConversions: { a: { targetType: 'FLOAT' } } }, onError: { policy: 'NULL' } },
					{ type: 'TR03', config: { fieldCases: { b: 'TITLE' } }, onError: { policy: 'SKIP' } },
					{ type: 'TR08', config: { dateFormats: { when: { inputFormats: ['ISO'] } } } },
					{
						type: 'TR15',
						config: {
							enrichmentMappings: [{ source: 'slow', lookupKey: 'b', fieldMappings: { v: 'v' }, fallback: 'SKIP' }],
						},
					},
					{ type: 'TR16', config: { hashRules: [{ target: 'h', sourceFields: ['a', 'b', 'v'] }] } },
					{ type: 'TR17', config: { sequences: [{ target: 'id', scope: 'PROFILE' }] } },
				],
			},
			{ schemaId: 'copy', passUnmapped: true },
		],
	};

	async function outputOf(batch: readonly ValidatedRecord[], jitter: readonly number[]) {
		let call = 0;
		const source = sourceOf(async (key) => {
			for (let turns = jitter[call++ % jitter.length] ?? 0; turns > 0; turns -= 1) await new Promise(setImmediate);
			return key.length % 2 === 0 ? fieldsOf({ v: key }) : undefined;
		});
		const { module, sender } = setUp({
			profile,
			sources: [source],
			config: { betaGammaBatchSize: 5, escalationThresholds: [0.97, 0.98, 0.99, 1] },
		});
		module.start();
		const receipt = await module.accept(transferOf(batch, batchIdOf(1)));
		await module.stop();
		const { recordsAccepted, recordsRejected } = await receipt.processed;
		const queued = Object.values(module.errorQueues).flatMap((queue) => queue.export());
		const entries = queued.map((entry) => canonicalJson(entry)).sort();
		const sent = sender.batches.map(({ batchId, records, qualitySummary }) =>
			canonicalJson({ batchId, records, qualitySummary }),
		);
		return { sent, entries, recordsAccepted, recordsRejected, ends: sender.records.length + queued.length };
	}

	it('gives the same output whatever the timing, and loses no record', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(plain, { maxLength: 12 }),
				fc.array(fc.nat(4), { minLength: 1, maxLength: 5 }),
				async (rows, jitter) => {
					const batch = rows.map((row, at) => record(fieldsOf(row), { recordId: `r${at}`, lineageId: `l${at}` }));
					const before = canonicalJson(batch);
					const [calm, rough] = [await outputOf(batch, [0]), await outputOf(batch, jitter)];
					expect(rough).toEqual(calm);
					expect(calm.ends).toBe(rows.length * 2);
					expect(calm.recordsAccepted + calm.recordsRejected).toBe(rows.length);
					expect(canonicalJson(batch)).toBe(before);
				},
			),
			{ numRuns: 40 },
		);
	});
});
