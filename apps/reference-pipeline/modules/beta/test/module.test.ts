import { JOURNAL, type Runtime, STAGE, seededRuntime } from '@pipeline/model';
import { describe, expect, it } from 'vitest';
import { type ProfileInput, TableSource } from '../src/index.ts';
import { enriching, numbers, requiringName, setUp, sourceOf, valuesOf } from './module-support.ts';
import { batchIdOf, fieldsOf, profileOf, record, transferOf } from './support.ts';

describe('BetaModule', () => {
	it('turns a validated record into a transformed one', async () => {
		const airports = new TableSource([{ iata: 'MAD', name: 'Barajas' }], {
			sourceId: 'airports',
			keyField: 'iata',
			classification: 'CONFIDENTIAL',
			runtime: seededRuntime(1, 'table'),
		});
		const profile = profileOf({
			fields: { from: { type: 'STRING', required: true }, airport: { type: 'STRING' }, id: { type: 'STRING' } },
			rules: [
				{
					type: 'TR15',
					config: {
						enrichmentMappings: [{ source: 'airports', lookupKey: 'from', fieldMappings: { name: 'airport' } }],
					},
				},
				{ type: 'TR03', config: { fieldCases: { from: 'UPPER' } } },
				{ type: 'TR17', config: { sequences: [{ target: 'id', prefix: 'F', padding: 3 }] } },
			],
		});
		const { module, sender, seen, watch } = setUp({ profile, sources: [airports] });
		watch('sourceRegistered', 'classificationRaised', 'batchProcessed', 'batchAssembled', 'stateChanged');
		module.start();
		const given = record(fieldsOf({ from: 'mad' }), {
			traceId: 'trace',
			spanId: 'span',
			sourceId: 'FILE:flights',
			ingestionTimestamp: '2026-01-01T00:00:00.000000Z',
			parentIds: ['p'],
			[JOURNAL]: 11,
			[STAGE]: 12,
		});
		const receipt = await module.accept(transferOf([given], batchIdOf(1)));
		expect(await receipt.processed).toMatchObject({ status: 'PROCESSED', recordsAccepted: 1, recordsRejected: 0 });
		await module.stop();
		const one = { completenessScore: 1, consistencyScore: 1, conformanceScore: 1, timelinessScore: 1, overallScore: 1 };
		expect(sender.batches).toEqual([
			{
				batchId: expect.stringMatching(/^[0-9a-f-]{36}$/),
				correlationId: batchIdOf(1),
				priority: 'NORMAL',
				records: [
					{
						recordId: given.recordId,
						fields: fieldsOf({ from: 'MAD', airport: 'Barajas', id: 'F001' }),
						targetSchema: 'out',
						targetSchemaCount: 1,
						qualityScore: 1,
						qualityDimensions: one,
						transformationTimestamp: seededRuntime(7, 'beta').timestamp(),
						rulesApplied: 3,
						lineageId: given.lineageId,
						parentIds: ['p'],
						classification: 'CONFIDENTIAL',
						personalFields: [],
						upstreamQualityScore: 0.9,
						sourceId: 'FILE:flights',
						ingestionTimestamp: '2026-01-01T00:00:00.000000Z',
						traceId: 'trace',
						spanId: 'span',
						[JOURNAL]: 11,
						[STAGE]: 12,
					},
				],
				transformationSummary: { totalRecordsTransformed: 1, transformationsApplied: 3, enrichmentCacheHitRate: 0 },
				qualitySummary: { averageQualityScore: 1, minQualityScore: 1, maxQualityScore: 1, recordsBelowThreshold: 0 },
			},
		]);
		expect(seen.map(({ name }) => name)).toEqual([
			'sourceRegistered',
			'stateChanged',
			'classificationRaised',
			'batchAssembled',
			'batchProcessed',
			'stateChanged',
			'stateChanged',
		]);
	});

	it('has the profile that copies everything, unless another of that id is given', async () => {
		const { module, sender } = setUp({ config: { transformProfileDefault: 'standard' } });
		module.start();
		await module.accept(transferOf(numbers(1), batchIdOf(1)));
		await module.stop();
		expect([valuesOf(sender), sender.records[0]?.targetSchema]).toEqual([[0], 'standard']);
	});

	it('keeps the order of the input whatever the enrichment takes', async () => {
		const delays = [40, 0, 20, 0, 10];
		const source = sourceOf(async (key) => {
			await new Promise((resolve) => setTimeout(resolve, delays[Number(key)]));
			return fieldsOf({ v: key });
		});
		const { module, sender } = setUp({ profile: enriching(), sources: [source] });
		module.start();
		await module.accept(transferOf(numbers(5), batchIdOf(1)));
		await module.stop();
		expect(valuesOf(sender, 'v')).toEqual(['0', '1', '2', '3', '4']);
	});

	it('works on no more records at once than allowed', async () => {
		let [now, most] = [0, 0];
		const source = sourceOf(async (key) => {
			now += 1;
			most = Math.max(most, now);
			await new Promise(setImmediate);
			now -= 1;
			return fieldsOf({ v: key });
		});
		const { module } = setUp({ profile: enriching(), sources: [source], config: { transformParallelism: 3 } });
		module.start();
		await module.accept(transferOf(numbers(20), batchIdOf(1)));
		await module.stop();
		expect(most).toBe(3);
	});

	it('brings a record into all target schemas and counts each end', async () => {
		const profile: ProfileInput = {
			...requiringName,
			targetSchemas: [{ schemaId: 'plain', passUnmapped: true }, ...requiringName.targetSchemas],
		};
		const { module, sender, seen, watch } = setUp({ profile });
		watch('recordTerminal');
		module.start();
		const given = record(fieldsOf({ n: 1 }));
		const receipt = await module.accept(transferOf([given], batchIdOf(1)));
		await module.stop();
		expect(sender.records.map(({ targetSchema, targetSchemaCount }) => [targetSchema, targetSchemaCount])).toEqual([
			['plain', 2],
		]);
		const [entry] = module.errorQueues.MAPPING.list();
		expect(entry).toMatchObject({
			queue: 'MAPPING',
			errorCode: 'MAP_001_MISSING_REQUIRED',
			item: given,
			targetSchema: 'out',
			batchId: batchIdOf(1),
			replayCount: 0,
		});
		expect(seen.map(({ payload }) => payload)).toEqual([
			{
				record: given,
				targetSchema: 'out',
				targetSchemaCount: 2,
				outcome: 'DROPPED',
				queue: 'MAPPING',
				errorCode: 'MAP_001_MISSING_REQUIRED',
				entryId: entry?.entryId,
			},
		]);
		expect(await receipt.processed).toMatchObject({ recordsAccepted: 1, recordsRejected: 0 });
	});

	it.each<[string, ProfileInput, string, string]>([
		['MAPPING', requiringName, 'MAP_001_MISSING_REQUIRED', 'MAPPING'],
		[
			'TRANSFORM',
			profileOf({ rules: [{ type: 'TR07', config: { numericRules: { t: { decimalPlaces: 0 } } } }] }),
			'TRX_001_COERCION',
			'TRANSFORMATION',
		],
		['ENRICHMENT', enriching(), 'ENR_999_UNKNOWN', 'ENRICHMENT'],
	])('queues failures: %s', async (queue, profile, errorCode, errorCategory) => {
		const { module, seen, watch } = setUp({ profile });
		watch('errorLogged');
		module.start();
		const receipt = await module.accept(transferOf([record(fieldsOf({ n: 1, t: 'x' }))], batchIdOf(1)));
		expect(await receipt.processed).toMatchObject({ recordsAccepted: 0, recordsRejected: 1 });
		await module.stop();
		expect(module.errorQueueSizes).toEqual({ MAPPING: 0, TRANSFORM: 0, ENRICHMENT: 0, CRITICAL: 0, [queue]: 1 });
		expect(seen[0]?.payload).toMatchObject({ errorCode, errorCategory, level: 'ERROR', batchId: batchIdOf(1) });
	});

	it('keeps low quality back when told so, and marks it otherwise', async () => {
		const profile = profileOf({ fields: { a: { type: 'STRING' } } });
		const config = { qualityThresholdWarn: 1, qualityThresholdError: 0.9 };
		const passing = setUp({ profile, config });
		passing.module.start();
		await passing.module.accept(transferOf(numbers(1), batchIdOf(1)));
		await passing.module.stop();
		expect(passing.sender.records[0]?.qualityFlags).toEqual(['LOW_QUALITY']);
		const filtering = setUp({ profile, config: { ...config, filterLowQuality: true } });
		filtering.module.start();
		await filtering.module.accept(transferOf(numbers(1), batchIdOf(1)));
		await filtering.module.stop();
		expect(filtering.sender.batches).toEqual([]);
		expect(filtering.module.errorQueues.CRITICAL.list()[0]).toMatchObject({ errorCode: 'QUAL_002_BELOW_ERROR' });
	});

	it.each([
		['skips', async () => undefined, ['ENRICHMENT_SKIPPED']],
		['takes', async () => fieldsOf({ v: 1 }), undefined],
	])('%s data and says so', async (_, lookup, flags) => {
		const { module, sender } = setUp({ profile: enriching('SKIP'), sources: [sourceOf(lookup)] });
		module.start();
		await module.accept(transferOf(numbers(1), batchIdOf(1)));
		await module.stop();
		expect(sender.records[0]?.qualityFlags).toEqual(flags);
	});

	it('tries a target schema again that ran out of time', async () => {
		const profile = profileOf({ rules: [{ type: 'TR03', config: { fieldCases: { x: 'UPPER' } } }] });
		const tries = async (transformMaxRetries: number) => {
			const runtime: Runtime = { ...seededRuntime(1, 'slow'), elapsedMs: () => 30_000 };
			const { module, seen, watch } = setUp({ profile, runtime, config: { transformMaxRetries } });
			watch('retryScheduled');
			module.start();
			await module.accept(transferOf(numbers(1), batchIdOf(1)));
			await module.stop();
			return [seen.length, module.errorQueues.TRANSFORM.list()[0]?.errorCode];
		};
		expect([await tries(0), await tries(2)]).toEqual([
			[0, 'TRX_007_TIMEOUT'],
			[2, 'TRX_007_TIMEOUT'],
		]);
	});

	it('does not wait for a lookup longer than a record may take', async () => {
		const runtime: Runtime = { ...seededRuntime(1, 'late'), elapsedMs: () => 29_999 };
		const source = sourceOf(() => new Promise(() => undefined));
		const { module } = setUp({ profile: enriching(), sources: [source], runtime, config: { transformMaxRetries: 0 } });
		module.start();
		const receipt = await module.accept(transferOf(numbers(1), batchIdOf(1)));
		expect(await receipt.processed).toMatchObject({ recordsRejected: 1 });
		expect(module.errorQueues.TRANSFORM.list()[0]?.errorCode).toBe('TRX_007_TIMEOUT');
	});
});
