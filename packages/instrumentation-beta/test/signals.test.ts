import * as beta from '@pipeline/beta';
import {
	type BatchSender,
	type BetaGammaBatch,
	type EnrichmentSource,
	systemRuntime,
	TransferError,
	type ValidatedRecord,
} from '@pipeline/model';
import {
	assertNoPayload,
	assertRegistryNames,
	createTelemetryHarness,
	type MetricPointView,
	renderTree,
	type TelemetryHarness,
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

const OPERATOR = { operator: 'ann', justification: 'fixed' };

describe('signals of BetaInstrumentation', () => {
	let harness: TelemetryHarness;
	let instrumentation: BetaInstrumentation;
	beforeEach(() => {
		harness = createTelemetryHarness({ detail: 'full' });
		instrumentation = new BetaInstrumentation();
		instrumentation.instrument(beta);
	});
	afterEach(async () => {
		instrumentation.disable();
		await harness.shutdown();
	});

	async function start(records: readonly ValidatedRecord[], setup: Setup = {}) {
		const module = moduleOf(setup);
		module.start();
		await (await module.accept(transferOf(records))).processed;
		return module;
	}

	/** Runs the records and says the values of metrics by name and attribute values. */
	async function run(records: readonly ValidatedRecord[], setup: Setup = {}) {
		const module = await start(records, setup);
		const metrics = await harness.metrics();
		await module.stop();
		const [spans, events] = [harness.spans(), harness.events()];
		assertRegistryNames({ spans, events, metrics });
		return { spans, events, metrics, module };
	}

	const valuesOf = (
		metrics: readonly MetricPointView[],
		component: string,
		skip = /rate|ratio|seconds|state|depth|capacity/,
	) =>
		Object.fromEntries(
			metrics
				.filter(({ name }) => name.startsWith(`pipeline.beta.${component}.`) && !skip.test(name))
				.map(({ name, attributes, value, count }) => [
					[name.split('.').at(-1), ...Object.values(attributes)].join(' '),
					count ?? value,
				]),
		);

	const events = (name: string) => harness.events().filter((event) => event.name === `pipeline.beta.${name}`);
	const transient = () => Promise.reject(new beta.SourceError('ENR_001_NETWORK', 'TRANSIENT', 'no route'));
	const lookups = () => harness.spans().filter(({ name }) => name === 'beta.enrichment.lookup');
	const withSource = (
		lookup: EnrichmentSource['lookup'],
		fallback: Parameters<typeof enriching>[0],
		config: Setup['config'] = {},
	): Setup => ({
		profile: profileOf({ rules: [enriching(fallback)] }),
		sources: [sourceOf(lookup)],
		config: { transformParallelism: 1, enrichmentMaxRetries: 0, ...config },
	});

	it('counts a plain record exactly', async () => {
		const { metrics } = await run([recordOf({ a: 'x' })], {
			profile: profileOf({
				passUnmapped: false,
				mappings: [
					{ kind: 'DIRECT', source: 'a', target: 'b' },
					{ kind: 'DEFAULT', target: 'c', value: 1 },
				],
				rules: [
					{ type: 'TR03', config: { fieldCases: { b: 'UPPER', missing: 'UPPER' } } },
					{ type: 'TR04', config: { fieldFormatting: { missing: { trim: 'BOTH' } } } },
				],
			}),
		});
		expect({
			...valuesOf(metrics, 'intake'),
			...valuesOf(metrics, 'mapping'),
			...valuesOf(metrics, 'transform'),
			...valuesOf(metrics, 'quality'),
			...valuesOf(metrics, 'handoff'),
		}).toEqual({
			'batches_received_total ACCEPTED': 1,
			'records_in_progress MAPPING': 0,
			'records_in_progress TRANSFORM': 0,
			'records_in_progress SCORING': 0,
			'records_mapped_total out SUCCESS': 1,
			'rules_applied_total out DIRECT': 1,
			'rules_applied_total out DEFAULT': 1,
			'records_transformed_total out SUCCESS': 1,
			'rules_applied_total TR03 APPLIED': 1,
			'rules_applied_total TR04 SKIPPED': 1,
			worker_utilization: 0,
			'quality_score out': 1,
			'dimension_score COMPLETENESS': 1,
			'dimension_score CONSISTENCY': 1,
			'dimension_score CONFORMANCE': 1,
			'dimension_score TIMELINESS': 1,
			'score_delta out': 1,
			'batches_assembled_total TIMEOUT': 1,
		});
		const durations = metrics.filter(({ name }) => /beta.*(duration|wait)_seconds$/.test(name));
		expect(durations.map(({ name, count }) => [name.split('.').at(-1), count])).toEqual([
			['queue_wait_seconds', 1],
			['mapping_duration_seconds', 1],
			['rule_duration_seconds', 1],
			['rule_duration_seconds', 1],
			['transform_duration_seconds', 1],
			['record_duration_seconds', 1],
		]);
	});

	it('reads the depths and levels of a running module', async () => {
		const { metrics } = await run([recordOf({ n: 1 })], { sources: [sourceOf(async () => undefined)] });
		const gauges = metrics.filter(({ name }) => name.startsWith('pipeline.beta.') && name.includes('.gauge.'));
		expect(
			Object.fromEntries(
				gauges.map(({ name, attributes, value }) => [
					[name.slice('pipeline.beta.'.length).replace('gauge.', ''), ...Object.values(attributes)].join(' '),
					value,
				]),
			),
		).toMatchObject({
			'intake.queue_depth': 0,
			'intake.queue_capacity': 5000,
			'handoff.buffer_depth': 0,
			'transform.worker_utilization': 0,
			'mapping.error_rate': expect.any(Number),
			'enrichment.circuit_breaker_state beta:enrichment:reference': 0,
			'error_queue.size MAPPING': 0,
			'error_queue.size CRITICAL': 0,
			'resource.escalation_level': 0,
			'resource.degradation_mode': 0,
		});
	});

	it('shows single rules at the highest level of detail, under their pass', async () => {
		const rules = [{ type: 'TR03' as const, config: { fieldCases: { a: 'UPPER' } } }];
		const { spans } = await run([recordOf({ a: 'x' })], { profile: profileOf({ rules }) });
		expect(renderTree(spans.filter(({ name }) => name.startsWith('beta.transform')))).toBe(
			['beta.transform.apply', '  beta.transform.rule'].join('\n'),
		);
		expect(spans.find(({ name }) => name === 'beta.transform.rule')?.attributes).toMatchObject({
			'pipeline.rule_id': 'TR03',
			'pipeline.rule_category': 'string',
			'pipeline.operation': 'CASE',
			'pipeline.field_name': 'a',
		});
	});

	it('tells fallbacks of rules as warnings', async () => {
		const rules = [
			{
				type: 'TR07' as const,
				onError: { policy: 'NULL' as const },
				config: { numericRules: { t: { decimalPlaces: 0 } } },
			},
		];
		const { metrics, spans } = await run([recordOf({ t: 'x' })], { profile: profileOf({ rules }) });
		expect(valuesOf(metrics, 'transform')).toMatchObject({
			'fallbacks_total NULL': 1,
			'rules_applied_total TR07 FALLBACK': 1,
			'transform_errors_total TRX_001_COERCION out TR07': 1,
		});
		expect(valuesOf(metrics, 'errors')).toEqual({ 'errors_total TRANSFORMATION TRX_001_COERCION WARN': 1 });
		const apply = spans.find(({ name }) => name === 'beta.transform.apply');
		expect(apply).toMatchObject({ status: 'UNSET', attributes: { 'pipeline.fallback_count': 1 } });
		expect(apply?.events).toEqual([
			{ name: 'fallback.applied', attributes: { 'pipeline.action': 'NULL', 'pipeline.rule_id': 'TR07' } },
		]);
	});

	it('counts a rule that ends the way of its record once', async () => {
		const rules = [{ type: 'TR07' as const, config: { numericRules: { t: { decimalPlaces: 0 } } } }];
		const { metrics } = await run([recordOf({ t: 'x' })], { profile: profileOf({ rules }) });
		expect(valuesOf(metrics, 'transform')).toMatchObject({
			'fallbacks_total FAIL': 1,
			'rules_applied_total TR07 FAILED': 1,
			'transform_errors_total TRX_001_COERCION out TR07': 1,
			'records_transformed_total out FAILURE': 1,
		});
		expect(valuesOf(metrics, 'errors')).toEqual({ 'errors_total TRANSFORMATION TRX_001_COERCION ERROR': 1 });
	});

	it('links a cached answer to the trace that fetched it, and shows keys as hashes', async () => {
		const setup = withSource(async () => fieldsOf({ v: 's3cret-answer' }), 'SKIP');
		const { metrics, spans, events } = await run(
			[recordOf({ key: 's3cret-key' }), recordOf({ key: 's3cret-key' })],
			setup,
		);
		const [first, second] = lookups();
		expect(first?.attributes).toMatchObject({
			'pipeline.enrichment_source': 'reference',
			'pipeline.lookup_key_hash': expect.stringMatching(/^[0-9a-f]{16}$/),
			'pipeline.cache.status': 'MISS',
			'pipeline.retry_count': 0,
			'pipeline.circuit_state': 'CLOSED',
			'pipeline.stale': false,
			'pipeline.response_summary': 'SOURCE_HIT, 1 fields',
		});
		expect(second?.attributes).toMatchObject({ 'pipeline.cache.status': 'HIT', 'pipeline.cache.tier': 'L1' });
		expect(second?.links).toEqual([{ type: 'populated_by', traceId: first?.traceId, spanId: first?.spanId }]);
		expect(valuesOf(metrics, 'enrichment')).toEqual({
			'lookups_total reference SOURCE_HIT': 1,
			'lookups_total reference CACHE_HIT': 1,
			'cache_hits_total reference': 1,
			'cache_misses_total reference': 1,
		});
		expect(events.filter(({ name }) => name.endsWith('audit.source_queried'))).toHaveLength(2);
		assertNoPayload({ spans, events }, ['s3cret']);
	});

	it('tells retries of a lookup on its span, and how long the source was gone', async () => {
		let calls = 0;
		const flaky: EnrichmentSource['lookup'] = () => (++calls < 3 ? transient() : Promise.resolve(fieldsOf({ v: 1 })));
		const config = { enrichmentMaxRetries: 2, enrichmentRetryInitialDelayMs: 0 };
		const { metrics } = await run([recordOf({ key: 'k' })], withSource(flaky, 'SKIP', config));
		expect(lookups()[0]).toMatchObject({
			status: 'UNSET',
			attributes: { 'pipeline.retry_count': 2 },
			events: [
				{
					name: 'enrichment.retry',
					attributes: { 'pipeline.attempt_number': 1, 'pipeline.error_code': 'ENR_001_NETWORK' },
				},
				{ name: 'enrichment.retry', attributes: { 'pipeline.attempt_number': 2 } },
			],
		});
		expect(valuesOf(metrics, 'errors', /none/)).toMatchObject({
			'retries_total ENRICHMENT FAILURE': 1,
			'retries_total ENRICHMENT SUCCESS': 1,
			'error_recovery_duration_seconds ENRICHMENT': 1,
		});
		expect(valuesOf(metrics, 'enrichment', /total|ratio|state/)).toEqual({ 'retry_delay_seconds reference': 2 });
	});

	it.each([
		['SKIP', 'FALLBACK', 'WARN'],
		['DEFAULT', 'FALLBACK', 'WARN'],
		['FAIL', 'ERROR', 'ERROR'],
	] as const)('tells what the fallback %s made of a source that failed', async (fallback, outcome, severity) => {
		const { metrics, spans } = await run([recordOf({ key: 'k' })], withSource(transient, fallback));
		expect(valuesOf(metrics, 'enrichment')).toMatchObject({
			[`lookups_total reference ${outcome}`]: 1,
			[`fallbacks_total reference ${fallback}`]: 1,
			'source_errors_total reference ENR_001_NETWORK TRANSIENT': 1,
		});
		expect(valuesOf(metrics, 'errors')).toEqual({ [`errors_total ENRICHMENT ENR_001_NETWORK ${severity}`]: 1 });
		expect(lookups()[0]?.status).toBe('ERROR');
		expect(spans.find(({ name }) => name === 'beta.enrichment.enrich')?.status).toBe(
			fallback === 'FAIL' ? 'ERROR' : 'UNSET',
		);
	});

	it('takes an unknown key for an answer', async () => {
		const { metrics } = await run(
			[recordOf({ key: 'k' })],
			withSource(async () => undefined, 'SKIP'),
		);
		expect(lookups()[0]?.status).toBe('UNSET');
		expect(valuesOf(metrics, 'enrichment')).toEqual({
			'lookups_total reference NOT_FOUND': 1,
			'cache_misses_total reference': 1,
			'fallbacks_total reference SKIP': 1,
		});
	});

	it('ends a record whose time runs out in a lookup as a timeout', async () => {
		const setup = withSource(() => new Promise(() => {}), 'SKIP', { transformMaxRetries: 0 });
		const { metrics, spans } = await run([recordOf({ key: 'k' })], { ...setup, clock: { elapsedMs: () => 29_999 } });
		expect(valuesOf(metrics, 'transform')).toMatchObject({
			timeouts_total: 1,
			'transform_errors_total TRX_007_TIMEOUT out __other__': 1,
		});
		expect(spans.find(({ name }) => name === 'beta.enrichment.enrich')?.statusMessage).toBe('TRX_007_TIMEOUT');
		expect(spans.find(({ name }) => name === 'beta.record.process')?.statusMessage).toBe('TRX_007_TIMEOUT');
	});

	it('tells rules that ran out of time, try by try', async () => {
		const rules = [{ type: 'TR03' as const, config: { fieldCases: { a: 'UPPER' } } }];
		const setup = {
			profile: profileOf({ rules }),
			config: { transformMaxRetries: 2 },
			clock: { elapsedMs: () => 30_000 },
		};
		const { metrics } = await run([recordOf({ a: 'x' })], setup);
		expect(valuesOf(metrics, 'transform')).toMatchObject({ timeouts_total: 3 });
		expect(valuesOf(metrics, 'errors')).toMatchObject({ 'retries_total TRANSFORMATION FAILURE': 2 });
		const seconds = metrics.find(({ name }) => name.endsWith('transform_duration_seconds'));
		expect(seconds).toMatchObject({ attributes: { 'pipeline.outcome': 'TIMEOUT' }, count: 3 });
	});

	it('tells an opened circuit, what it means, and the calls that it refused', async () => {
		const records = Array.from({ length: 24 }, (_, at) => recordOf({ key: `k${at}` }));
		const setup = withSource(transient, 'SKIP', { escalationThresholds: [0.97, 0.98, 0.99, 1] });
		const { metrics } = await run(records, setup);
		expect(valuesOf(metrics, 'enrichment', /none/)).toMatchObject({
			'circuit_breaker_state beta:enrichment:reference': 2,
			'circuit_breaker_trips_total beta:enrichment:reference': 1,
			'circuit_state_changes_total beta:enrichment:reference OPEN': 1,
		});
		expect(lookups().at(-1)).toMatchObject({
			attributes: { 'pipeline.circuit_state': 'OPEN' },
			events: [
				{ name: 'circuit.rejected', attributes: { 'pipeline.circuit_id': 'beta:enrichment:reference' } },
				{ name: 'fallback.applied', attributes: { 'pipeline.action': 'SKIP' } },
			],
		});
		expect(events('enrichment.log.circuit_opened')).toHaveLength(1);
		expect(events('enrichment.audit.source_unavailable')[0]?.attributes).toMatchObject({
			'pipeline.enrichment_source': 'reference',
			'pipeline.impact_level': expect.any(String),
			'pipeline.records_at_risk': expect.anything(),
			'pipeline.fallback': 'SKIP',
		});
	});

	it('tells how long a circuit was open', async () => {
		const module = await start([], withSource(transient, 'SKIP'));
		const [circuit] = module.enrichmentClient.circuits;
		circuit?.isolate();
		circuit?.release();
		await module.stop();
		expect(events('enrichment.log.circuit_closed')[0]?.attributes).toMatchObject({
			'pipeline.previous_state': 'OPEN',
			'pipeline.open_duration_ms': expect.anything(),
		});
	});

	it('compares the score with that of validation, and tells violated thresholds', async () => {
		const profile = profileOf({ fields: { a: { type: 'STRING' }, b: { type: 'STRING' } } });
		const { metrics, spans } = await run([recordOf({ a: 'x' })], { profile, config: { qualityThresholdWarn: 0.9 } });
		const scored = spans.find(({ name }) => name === 'beta.quality.score');
		expect(scored?.attributes).toMatchObject({
			'pipeline.quality_score': expect.closeTo(0.85),
			'pipeline.completeness_score': 0.5,
			'pipeline.upstream_quality_score': 0.9,
			'pipeline.score_delta': expect.closeTo(-0.05),
			'pipeline.threshold_violated': 'WARN',
		});
		expect(scored?.events).toEqual([
			{
				name: 'quality.threshold_violated',
				attributes: { 'pipeline.score': expect.closeTo(0.85), 'pipeline.level': 'WARN' },
			},
		]);
		expect(valuesOf(metrics, 'quality')).toMatchObject({ 'threshold_violations_total WARN out': 1 });
		expect(valuesOf(metrics, 'errors')).toEqual({ 'errors_total QUALITY QUAL_001_BELOW_WARN WARN': 1 });
		expect(events('quality.audit.record_scored')).toHaveLength(1);
	});

	it('tells a record that could not be scored', async () => {
		const profile = profileOf({ timelinessField: 'when' });
		const { metrics, spans } = await run([recordOf({ when: 'never' })], { profile });
		expect(valuesOf(metrics, 'quality')).toEqual({ 'scoring_errors_total QUAL_003_SCORING_FAILED': 1 });
		expect(spans.find(({ name }) => name === 'beta.quality.score')?.statusMessage).toBe('QUAL_003_SCORING_FAILED');
		expect(spans.find(({ name }) => name === 'beta.record.process')?.attributes['pipeline.beta_outcome']).toBe(
			'TRANSFORMED',
		);
	});

	it('audits changes of profiles, schemas and sources', async () => {
		const module = await start([], {
			profile: profileOf({ fields: { a: { type: 'STRING' } } }),
			sources: [sourceOf(async () => undefined)],
		});
		module.putProfile(
			profileOf(
				{ version: 2, fields: {}, rules: [{ type: 'TR03', config: { fieldCases: { a: 'UPPER' } } }] },
				{ version: 2 },
			),
		);
		await module.stop();
		expect(events('config.audit.rule_changed').at(-1)?.attributes).toMatchObject({
			'pipeline.rule_id': 'test/out/TR03',
			'pipeline.version': '2',
			'pipeline.author': 'ann',
			'pipeline.previous': 'version 1',
			'pipeline.new': 'version 2',
		});
		expect(events('config.audit.schema_changed')[0]?.attributes).toMatchObject({
			'pipeline.schema_id': 'out',
			'pipeline.in_flight_records': '0',
			'pipeline.lineage_safe': 'false',
		});
		expect(events('enrichment.audit.source_registered')[0]?.attributes).toMatchObject({
			'pipeline.classification': 'CONFIDENTIAL',
			'pipeline.authorization_ref': 'contract-7',
		});
	});

	it('shows on the batch that its sender was asked to slow down', async () => {
		const records = Array.from({ length: 80 }, () => recordOf({ n: 1 }));
		await run(records, { config: { transformQueueCapacity: 100, transformParallelism: 1 } });
		const batch = harness.spans().find(({ name }) => name === 'beta.batch.process');
		expect(batch?.events).toEqual([
			{
				name: 'backpressure.signalled',
				attributes: {
					'pipeline.utilization': 0.8,
					'pipeline.queue_depth': 80,
					'pipeline.recommended_delay_ms': expect.any(Number),
				},
			},
		]);
	});

	it('says when the module escalates, and ends the batch that a halt leaves unfinished', async () => {
		const module = moduleOf({ profile: profileOf(requiringName), config: { transformParallelism: 1 } });
		module.start();
		await module.accept(transferOf(Array.from({ length: 80 }, () => recordOf({ n: 1 }))));
		await module.stop();
		expect(module.queueDepth).toBeGreaterThan(0);
		expect(events('errors.log.escalation_changed').at(-1)?.attributes).toMatchObject({ 'pipeline.to': '4' });
		const batch = harness.spans().find(({ name }) => name === 'beta.batch.process');
		expect(batch?.attributes['pipeline.abandoned']).toBe(true);
	});

	describe('replay', () => {
		it('gives a corrected record a new trace that points back', async () => {
			const seen: BetaGammaBatch[] = [];
			const module = await start([recordOf({ n: 1 })], { profile: profileOf(requiringName), sender: accepting(seen) });
			const [entry] = module.errorQueues.MAPPING.list();
			const enqueued = harness.spans().find(({ name }) => name === 'beta.error_queue.enqueue');
			expect(entry).toMatchObject({ traceId: enqueued?.traceId, spanId: enqueued?.parentSpanId });
			harness.clear();
			module.errorQueues.MAPPING.correct(entry!.entryId, { fields: fieldsOf({ name: 'x' }) }, 'ann', 'typo');
			module.replay('MAPPING', entry!.entryId, OPERATOR);
			await module.stop();
			const metrics = await harness.metrics();
			expect(renderTree(harness.spans().filter(({ name }) => !name.startsWith('beta.batch')))).toBe(
				[
					'recovery.replay',
					'  beta.record.process',
					'    beta.intake.wait',
					'    beta.mapping.map',
					'    beta.transform.apply',
					'    beta.quality.score',
					'    beta.handoff.send',
				].join('\n'),
			);
			const root = harness.spans().find(({ name }) => name === 'recovery.replay');
			expect(root).toMatchObject({
				links: [{ type: 'replay_of', traceId: entry?.traceId, spanId: entry?.spanId }],
				attributes: { 'pipeline.queue': 'MAPPING', 'pipeline.replay_count': 1, 'pipeline.record_id': entry?.recordId },
			});
			expect(seen).toHaveLength(1);
			expect(valuesOf(metrics, 'error_queue')).toEqual({
				'entries_total MAPPING MAP_001_MISSING_REQUIRED': 1,
				'removals_total MAPPING REPLAYED': 1,
				'replays_total MAPPING SUCCESS': 1,
			});
			expect(['entry_corrected', 'entry_replayed'].map((name) => events(`error_queue.audit.${name}`).length)).toEqual([
				1, 1,
			]);
		});

		it('points to the first failure and to the replay before, however often it fails', async () => {
			const module = await start([recordOf({ n: 1 })], {
				profile: profileOf(requiringName),
				config: { maxReplayAttempts: 2 },
			});
			const ids: (string | undefined)[] = [];
			for (let attempt = 0; attempt < 2; attempt++) {
				const [entry] = module.errorQueues.MAPPING.list();
				ids.push(entry?.traceId);
				module.replay('MAPPING', entry!.entryId, OPERATOR);
				while (module.errorQueues.MAPPING.size === 0) await new Promise(setImmediate);
			}
			const [last] = module.errorQueues.MAPPING.list();
			expect(() => module.replay('MAPPING', last!.entryId, OPERATOR)).toThrow();
			const metrics = await harness.metrics();
			await module.stop();
			const roots = harness.spans().filter(({ name }) => name === 'recovery.replay');
			expect(roots.map(({ links }) => links.map(({ traceId }) => traceId))).toEqual([[ids[0]], [ids[0], ids[1]]]);
			expect(last?.replayTraceIds).toEqual(roots.map(({ traceId }) => traceId));
			expect(valuesOf(metrics, 'error_queue')).toMatchObject({ 'replays_total MAPPING FAILURE': 3 });
		});

		it('hands a record over again whose transfer was given up', async () => {
			let isGone = true;
			const sender: BatchSender<BetaGammaBatch> = {
				send: (batch) =>
					isGone
						? Promise.reject(new TransferError('INT_GAMMA_003', batch.batchId, 6, 'gone'))
						: accepting().send(batch),
				onProcessed() {},
			};
			const module = await start([recordOf({ n: 1 })], { sender });
			const [entry] = module.errorQueues.CRITICAL.list();
			isGone = false;
			harness.clear();
			module.replay('CRITICAL', entry!.entryId, OPERATOR);
			await module.stop();
			expect(renderTree(harness.spans().filter(({ name }) => !name.startsWith('beta.batch')))).toBe(
				['recovery.replay', '  beta.record.process', '    beta.handoff.send'].join('\n'),
			);
		});
	});

	it('tells a replay that gave another result', async () => {
		const record = recordOf({ n: 1 });
		const outcome = (after: string) => ({
			intermediate: { stageChecksums: { MAPPING: { before: 'b', after } } },
			mappingsApplied: {},
		});
		let result = 'first';
		const map = instrumentation.wrap('map', () => outcome(result));
		const scope = { profile: { profile: { profileId: 'test', version: 1 } }, personalFields: new Set() };
		for (const next of ['first', 'first', 'second']) {
			expect(events('transform.audit.idempotency_violation')).toEqual([]);
			result = next;
			Reflect.apply(map, undefined, [record, 'out', scope]);
		}
		expect(events('transform.audit.idempotency_violation')[0]?.attributes).toMatchObject({
			'pipeline.checksum_before': 'first',
			'pipeline.checksum_after': 'second',
			'pipeline.rule_set_version': 'test@1',
			'audit.resource_id': record.recordId,
		});
	});

	it('shows checksums where the module takes them', async () => {
		const { events: told } = await run([recordOf({ n: 1 })], { config: { captureStageChecksums: true } });
		expect(told.find(({ name }) => name.endsWith('record_mapped'))?.attributes).toMatchObject({
			'pipeline.target_schema': 'out',
			'pipeline.rules': 'NONE',
			'pipeline.checksum_before': expect.stringMatching(/^[0-9a-f]{64}$/),
			'pipeline.checksum_after': expect.stringMatching(/^[0-9a-f]{64}$/),
		});
	});

	it('measures calls of the sources that the module brings along', async () => {
		const airports = new beta.TableSource([{ k: 'k', v: 1 }], {
			sourceId: 'reference',
			keyField: 'k',
			runtime: systemRuntime(),
		});
		const setup = { profile: profileOf({ rules: [enriching()] }), sources: [airports] };
		const { metrics } = await run([recordOf({ key: 'k' })], setup);
		const latency = metrics.find(({ name }) => name.endsWith('source_latency_seconds'));
		expect(latency).toMatchObject({
			count: 1,
			attributes: { 'pipeline.enrichment_source': 'reference', 'pipeline.outcome': 'SUCCESS' },
		});
	});
});
