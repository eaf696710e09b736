import * as beta from '@pipeline/beta';
import { type BatchSender, type BetaGammaBatch, TransferError, type ValidatedRecord } from '@pipeline/model';
import { ENTRY_STAGE, telemetry } from '@pipeline/telemetry-core';
import { span as alpha } from '@pipeline/telemetry-core/alpha';
import {
	assertNoPayload,
	assertRegistryNames,
	byTrace,
	createTelemetryHarness,
	renderTree,
	type TelemetryHarness,
	traceFaults,
} from '@pipeline/telemetry-testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BetaInstrumentation } from '../src/index.ts';
import {
	accepting,
	enriching,
	fieldsOf,
	moduleOf,
	profileOf,
	recordOf,
	requiringName,
	type Setup,
	sourceOf,
	transferOf,
} from './fixtures.ts';

const RECORD_SPANS = /^(beta\.(record|intake|mapping|transform|enrichment|quality|handoff|error_queue)|recovery)\./;

describe('BetaInstrumentation', () => {
	let harness: TelemetryHarness;
	let instrumentation: BetaInstrumentation;
	beforeEach(() => {
		harness = createTelemetryHarness({ detail: 'standard' });
		instrumentation = new BetaInstrumentation();
		instrumentation.instrument(beta);
	});
	afterEach(async () => {
		instrumentation.disable();
		await harness.shutdown();
	});

	async function run(records: readonly ValidatedRecord[], setup: Setup = {}, more: Partial<beta.IntakeTransfer> = {}) {
		const module = moduleOf(setup);
		module.start();
		const receipt = await module.accept(transferOf(records, more));
		await receipt.processed;
		const metrics = await harness.metrics();
		await module.stop();
		const [spans, events] = [harness.spans(), harness.events()];
		assertRegistryNames({ spans, events, metrics });
		return { module, receipt, spans, events, metrics };
	}

	const recordSpans = (spans = harness.spans()) => spans.filter(({ name }) => RECORD_SPANS.test(name));
	const completions = () => harness.events().filter(({ name }) => name === 'pipeline.beta.trace.trace.completed');
	const audits = (pattern = /./) =>
		harness
			.events()
			.filter(({ name }) => name.includes('.audit.') && pattern.test(name))
			.map(({ name }) => name.split('.audit.')[1]);

	it('patches every operation of the reference module that it has', () => {
		expect(instrumentation.report?.missing).toEqual([]);
	});

	it('gives a record one stage after the other', async () => {
		const source = sourceOf(async () => fieldsOf({ v: 1 }));
		const rules = [enriching(), { type: 'TR14' as const, config: { validations: [] } }];
		const { spans } = await run([recordOf({ key: 'k' })], { profile: profileOf({ rules }), sources: [source] });
		expect(renderTree(recordSpans(spans))).toBe(
			[
				'beta.record.process',
				'  beta.intake.wait',
				'  beta.mapping.map',
				'  beta.transform.apply',
				'  beta.enrichment.enrich',
				'    beta.enrichment.lookup',
				'  beta.transform.apply',
				'  beta.quality.score',
				'  beta.handoff.send',
			].join('\n'),
		);
		expect(completions()).toEqual([]);
	});

	it('says on the record stage what became of it', async () => {
		const record = recordOf({ n: 1 });
		const { spans, receipt } = await run([record], {}, { priority: 'HIGH' });
		const process = spans.find(({ name }) => name === 'beta.record.process');
		const batch = spans.find(({ name }) => name === 'beta.batch.process');
		expect(process?.attributes).toMatchObject({
			'pipeline.record_id': record.recordId,
			'pipeline.lineage_id': record.lineageId,
			'pipeline.source_id': 'FILE:test',
			'pipeline.batch_id': receipt.acknowledgment.batchId,
			'pipeline.correlation_id': receipt.acknowledgment.batchId,
			'pipeline.classification': 'INTERNAL',
			'pipeline.transformation_profile': 'test',
			'pipeline.priority': 'HIGH',
			'pipeline.target_schema_count': 1,
			'pipeline.rules_applied': 0,
			'pipeline.quality_score': 1,
			'pipeline.upstream_quality_score': 0.9,
			'pipeline.beta_outcome': 'TRANSFORMED',
		});
		expect(process?.links).toEqual([{ type: 'batch', traceId: batch?.traceId, spanId: batch?.spanId }]);
	});

	it('continues the trace that a record carries in this process', async () => {
		const record = recordOf({ n: 1 });
		const { tracer } = telemetry;
		const journal = tracer.begin(alpha['alpha.record.ingest'], record);
		const send = tracer.enter(journal, alpha['alpha.handoff.send'], ENTRY_STAGE);
		tracer.attach(record, journal, send);
		await run([record]);
		tracer.exit(journal, send, 0);
		tracer.exit(journal, ENTRY_STAGE, 0);
		expect(renderTree(harness.spans().filter(({ name }) => RECORD_SPANS.test(name) || name.startsWith('alpha')))).toBe(
			[
				'alpha.record.ingest',
				'  alpha.handoff.send',
				'    beta.record.process',
				'      beta.intake.wait',
				'      beta.mapping.map',
				'      beta.transform.apply',
				'      beta.quality.score',
				'      beta.handoff.send',
			].join('\n'),
		);
	});

	it('continues the trace that a record came with from another process', async () => {
		const context = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
		const { spans, metrics } = await run([recordOf({ n: 1 }, context), recordOf({ n: 2 })]);
		const [first] = spans.filter(({ name }) => name === 'beta.record.process');
		expect(first).toMatchObject({ traceId: context.traceId, parentSpanId: context.spanId });
		expect(
			metrics
				.filter(({ name }) => name === 'pipeline.integration.context.counter.propagation_checks_total')
				.map(({ attributes, value }) => [...Object.values(attributes), value]),
		).toEqual([
			['ALPHA_BETA', 'COMPLETE', 1],
			['ALPHA_BETA', 'REGENERATED', 1],
		]);
	});

	it('keeps the lookups of records apart that wait at the same time', async () => {
		const waiting = new Map<string, () => void>();
		let both = () => {};
		const started = new Promise<void>((resolve) => {
			both = resolve;
		});
		const source = sourceOf(async ({ key }) => {
			await new Promise<void>((resolve) => {
				waiting.set(key, resolve);
				if (waiting.size === 2) both();
			});
			return fieldsOf({ v: key });
		});
		const module = moduleOf({ profile: profileOf({ rules: [enriching('SKIP', ['a', 'b'])] }), sources: [source] });
		module.start();
		const receipt = await module.accept(transferOf([recordOf({ a: 'a1', b: 'b1' }), recordOf({ a: 'a2', b: 'b2' })]));
		await started;
		// The second record's first lookup ends first, and its second one runs while the first record still waits.
		for (const key of ['a2', 'a1', 'b2', 'b1']) {
			while (!waiting.has(key)) await new Promise(setImmediate);
			waiting.get(key)?.();
			await new Promise(setImmediate);
		}
		await receipt.processed;
		await module.stop();
		const tree = [
			'beta.record.process',
			'  beta.intake.wait',
			'  beta.mapping.map',
			'  beta.transform.apply',
			'  beta.enrichment.enrich',
			'    beta.enrichment.lookup',
			'    beta.enrichment.lookup',
			'  beta.quality.score',
			'  beta.handoff.send',
		].join('\n');
		expect([...byTrace(recordSpans()).values()].map(renderTree)).toEqual([tree, tree]);
	});

	it('ends a trace at each target schema that does not leave, and the record with the last one', async () => {
		const profile = profileOf(
			{},
			{
				targetSchemas: [
					{ schemaId: 'plain', passUnmapped: true },
					{ schemaId: 'strict', ...requiringName },
					{ schemaId: 'stricter', ...requiringName },
				],
			},
		);
		const { spans } = await run([recordOf({ n: 1 })], { profile });
		expect(renderTree(recordSpans(spans))).toBe(
			[
				'beta.record.process',
				'  beta.intake.wait',
				'  beta.mapping.map',
				'  beta.transform.apply',
				'  beta.mapping.map',
				'  beta.mapping.map',
				'  beta.quality.score',
				'  beta.error_queue.enqueue',
				'  beta.error_queue.enqueue',
				'  beta.handoff.send',
			].join('\n'),
		);
		expect(
			completions().map(({ attributes }) => [
				attributes['pipeline.target_schema'],
				attributes['pipeline.trace.outcome'],
			]),
		).toEqual([
			['strict', 'DROPPED'],
			['stricter', 'DROPPED'],
		]);
		const process = spans.find(({ name }) => name === 'beta.record.process');
		expect(process).toMatchObject({ status: 'UNSET', attributes: { 'pipeline.beta_outcome': 'PARTIAL' } });
		expect(telemetryIsEmpty()).toBe(false);
	});

	/** The one record that left is still on its way: the next module ends it. */
	const telemetryIsEmpty = () => (telemetry.tracer as unknown as { activeRecords: number }).activeRecords === 0;

	it('fails a record with its last target schema, and forgets it', async () => {
		const { spans } = await run([recordOf({ n: 1 })], { profile: profileOf(requiringName) });
		expect(spans.find(({ name }) => name === 'beta.record.process')).toMatchObject({
			status: 'ERROR',
			statusMessage: 'MAP_001_MISSING_REQUIRED',
			attributes: { 'pipeline.beta_outcome': 'FAILED' },
			events: [
				{ name: 'record.received' },
				{ name: 'record.terminal', attributes: { 'pipeline.outcome': 'DROPPED', 'pipeline.queue': 'MAPPING' } },
			],
		});
		expect(spans.find(({ name }) => name === 'beta.batch.process')).toMatchObject({
			status: 'ERROR',
			attributes: { 'pipeline.records_failed': 1 },
		});
		expect(audits(/mapping|transform/)).toEqual(['transformation_failed']);
		expect(completions()[0]?.attributes).toMatchObject({
			'pipeline.trace.outcome': 'DROPPED',
			'pipeline.target_schema': 'out',
			'pipeline.trace.duration_ms': expect.stringMatching(/^\d/),
		});
		expect(telemetryIsEmpty()).toBe(true);
	});

	it('keeps what the quality filter holds back apart from what failed', async () => {
		const profile = profileOf({ fields: { a: { type: 'STRING' }, b: { type: 'STRING' } } });
		const config = { qualityThresholdWarn: 1, qualityThresholdError: 0.9, filterLowQuality: true };
		const { spans, metrics } = await run([recordOf({ n: 1 })], { profile, config });
		const process = spans.find(({ name }) => name === 'beta.record.process');
		expect(process).toMatchObject({
			status: 'UNSET',
			attributes: { 'pipeline.beta_outcome': 'FILTERED', 'pipeline.rules_applied': 0 },
		});
		expect(completions()).toHaveLength(1);
		const point = (name: string) => metrics.find((each) => each.name === name);
		expect(point('pipeline.beta.handoff.counter.records_filtered_total')?.value).toBe(1);
		expect(point('pipeline.beta.transform.counter.records_transformed_total')?.attributes['pipeline.outcome']).toBe(
			'SKIPPED',
		);
	});

	it('begins a trace for a merged record that points to those of its parts, which end', async () => {
		const profile = profileOf({}, { merge: { keyFields: ['k'] } });
		const parts = [recordOf({ k: 1, a: 1 }), recordOf({ k: 1, b: 2 }), recordOf({ k: 2 })];
		const { spans, events } = await run(parts, { profile });
		const processes = spans.filter(({ name }) => name === 'beta.record.process');
		const merged = processes.find(({ links }) => links.some(({ type }) => type === 'merged_from'));
		const sources = processes.filter((process) =>
			parts.slice(0, 2).some(({ recordId }) => recordId === process.attributes['pipeline.record_id']),
		);
		expect(processes).toHaveLength(4);
		expect(merged?.links.filter(({ type }) => type === 'merged_from').map(({ spanId }) => spanId)).toEqual(
			sources.map(({ spanId }) => spanId),
		);
		expect(events.find(({ name }) => name === 'pipeline.beta.mapping.audit.records_merged')?.attributes).toMatchObject({
			'pipeline.parent_ids': parts
				.slice(0, 2)
				.map(({ recordId }) => recordId)
				.join(','),
			'pipeline.relation': 'merge',
			'audit.resource_id': merged?.attributes['pipeline.record_id'],
		});
		expect(completions().map(({ traceId }) => traceId)).toEqual(sources.map(({ traceId }) => traceId));
	});

	it('begins a trace for each part of a split record, and ends the whole', async () => {
		const profile = profileOf({}, { split: { arrayField: 'items' } });
		const whole = recordOf({ items: ['a', 'b'] });
		const { spans, events } = await run([whole, recordOf({ items: ['alone'] })], { profile });
		const processes = spans.filter(({ name }) => name === 'beta.record.process');
		const source = processes.find(({ attributes }) => attributes['pipeline.record_id'] === whole.recordId);
		const parts = processes.filter(({ links }) => links.some(({ type }) => type === 'split_from'));
		expect(parts.map(({ links }) => links.find(({ type }) => type === 'split_from')?.spanId)).toEqual([
			source?.spanId,
			source?.spanId,
		]);
		expect(new Set(processes.map(({ traceId }) => traceId)).size).toBe(4);
		const told = events.filter(({ name }) => name === 'pipeline.alpha.parser.audit.record_split');
		expect(told.map(({ attributes }) => attributes)).toMatchObject(
			parts.map(({ attributes }) => ({
				'pipeline.parent_ids': whole.recordId,
				'pipeline.count': '2',
				'pipeline.relation': 'split',
				'audit.resource_id': attributes['pipeline.record_id'],
				'pipeline.record_id': attributes['pipeline.record_id'],
			})),
		);
		expect(completions().map(({ traceId }) => traceId)).toEqual([source?.traceId]);
	});

	it('follows every kind of failure to its queue, and shows no value of any field', async () => {
		const secrets = ['s3cret-name', 's3cret-number', 's3cret-key', 's3cret-answer'];
		const profile = profileOf(
			{},
			{
				targetSchemas: [
					{ schemaId: 'mapping', ...requiringName },
					{
						schemaId: 'rule',
						passUnmapped: true,
						rules: [{ type: 'TR07', config: { numericRules: { secret: { decimalPlaces: 0 } } } }],
					},
					{ schemaId: 'lookup', passUnmapped: true, rules: [enriching('FAIL')] },
					{
						schemaId: 'plain',
						passUnmapped: true,
						rules: [{ type: 'TR03', config: { fieldCases: { personal: 'UPPER' } } }],
					},
				],
			},
		);
		const source = sourceOf(async () => Promise.reject(new Error('s3cret-answer')));
		const record = recordOf(
			{ secret: 's3cret-number', personal: 's3cret-name', key: 's3cret-key' },
			{ personalFields: ['personal'] },
		);
		const { spans, events, module } = await run([record], { profile, sources: [source] });
		expect(module.errorQueueSizes).toEqual({ MAPPING: 1, TRANSFORM: 1, ENRICHMENT: 1, CRITICAL: 0 });
		expect(
			spans
				.filter(({ name, status }) => status === 'ERROR' && name.startsWith('beta.'))
				.map(({ name, statusMessage }) => [name, statusMessage]),
		).toEqual([
			['beta.mapping.map', 'MAP_001_MISSING_REQUIRED'],
			['beta.transform.apply', 'TRX_001_COERCION'],
			['beta.enrichment.lookup', 'ENR_999_UNKNOWN'],
			['beta.enrichment.enrich', 'ENR_999_UNKNOWN'],
		]);
		expect(audits(/transform/)).toEqual([
			'transformation_failed',
			'transformation_failed',
			'field_transformed',
			'transformation_failed',
		]);
		expect(events.find(({ name }) => name.endsWith('field_transformed'))?.attributes).toMatchObject({
			'pipeline.rule_id': 'TR03',
			'pipeline.field_name': 'personal',
			'pipeline.before': '***',
			'pipeline.after': '***',
		});
		for (const trace of byTrace(recordSpans(spans)).values()) expect(traceFaults(trace)).toEqual([]);
		assertNoPayload({ spans, events }, secrets);
	});

	it('ends records whose batch was given up in the error queue, under the stage that failed', async () => {
		const failing: BatchSender<BetaGammaBatch> = {
			send: async ({ batchId }) => Promise.reject(new TransferError('INT_GAMMA_003', batchId, 6, 'gone')),
			onProcessed() {},
		};
		const { spans } = await run([recordOf({ n: 1 })], { sender: failing });
		expect(renderTree(recordSpans(spans)).split('\n').slice(-2)).toEqual([
			'  beta.handoff.send',
			'    beta.error_queue.enqueue',
		]);
		expect(
			spans.filter(({ name, status }) => status === 'ERROR' && RECORD_SPANS.test(name)).map(({ name }) => name),
		).toEqual(['beta.handoff.send', 'beta.record.process']);
		expect(completions()).toHaveLength(1);
	});

	it('links what is assembled to the batches that it came from', async () => {
		const seen: BetaGammaBatch[] = [];
		const { spans } = await run([recordOf({ n: 1 }), recordOf({ n: 2 })], { sender: accepting(seen) });
		const batch = spans.find(({ name }) => name === 'beta.batch.process');
		const assembled = spans.find(({ name }) => name === 'beta.batch.assemble');
		expect(assembled).toMatchObject({
			parentSpanId: batch?.spanId,
			links: [{ type: 'batch', spanId: batch?.spanId }],
			attributes: {
				'pipeline.batch_id': seen[0]?.batchId,
				'pipeline.flush_reason': 'TIMEOUT',
				'pipeline.record_count': 2,
				'pipeline.filtered_count': 0,
			},
		});
		expect(batch?.attributes).toMatchObject({
			'pipeline.record_count': 2,
			'pipeline.records_failed': 0,
			'pipeline.average_quality_score': 1,
		});
	});

	it('takes no records of a batch that is refused or came before', async () => {
		const module = moduleOf();
		module.start();
		const transfer = transferOf([recordOf({ n: 1 })]);
		await module.accept({ ...transfer, metadata: { ...transfer.metadata, checksum: 'wrong' } });
		await module.accept({ ...transfer, transformationProfile: 'none' });
		await module.accept(transfer);
		await (await module.accept(transfer)).processed;
		const metrics = await harness.metrics();
		await module.stop();
		expect(harness.spans().filter(({ name }) => name === 'beta.record.process')).toHaveLength(1);
		expect(
			harness
				.spans()
				.filter(({ name }) => name === 'beta.batch.process')
				.map(({ statusMessage }) => statusMessage),
		).toEqual(['INT_BETA_001', 'MAP_003_INVALID_CONFIG', undefined, undefined]);
		expect(
			metrics
				.filter(({ name }) => name === 'pipeline.beta.intake.counter.batches_received_total')
				.map(({ attributes, value }) => [attributes['pipeline.outcome'], value]),
		).toEqual([
			['CHECKSUM_MISMATCH', 1],
			['UNKNOWN_PROFILE', 1],
			['ACCEPTED', 1],
			['DUPLICATE', 1],
		]);
	});
});
