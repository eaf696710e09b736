import * as beta from '@pipeline/beta';
import { assertRegistryNames, createTelemetryHarness, type TelemetryHarness } from '@pipeline/telemetry-testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BetaInstrumentation } from '../src/index.ts';
import { enriching, fieldsOf, moduleOf, profileOf, recordOf, requiringName, sourceOf, transferOf } from './fixtures.ts';

describe('edges of BetaInstrumentation', () => {
	let harness: TelemetryHarness;
	let instrumentation: BetaInstrumentation;
	beforeEach(() => {
		harness = createTelemetryHarness();
		instrumentation = new BetaInstrumentation();
		instrumentation.instrument(beta);
	});
	afterEach(async () => {
		instrumentation.disable();
		await harness.shutdown();
	});

	const events = (name: string) => harness.events().filter((event) => event.name === `pipeline.beta.${name}`);

	it('fails a batch that comes after the intake was closed', async () => {
		const module = moduleOf();
		module.start();
		await module.stop();
		await expect(module.accept(transferOf([recordOf({ n: 1 })]))).rejects.toMatchObject({ code: 'BETA_INTAKE_CLOSED' });
		const batch = harness.spans().find(({ name }) => name === 'beta.batch.process');
		expect(batch).toMatchObject({ status: 'ERROR', statusMessage: 'INT_999_UNKNOWN' });
		expect(await pointsOf('intake.counter.batches_received_total')).toEqual([]);
	});

	it('ends a batch without records at once', async () => {
		const module = moduleOf();
		module.start();
		await (await module.accept(transferOf([]))).processed;
		await module.stop();
		const batch = harness.spans().find(({ name }) => name === 'beta.batch.process');
		expect(batch).toMatchObject({ status: 'UNSET', attributes: { 'pipeline.record_count': 0 } });
	});

	it('audits entries that expire, and counts why entries leave', async () => {
		const module = moduleOf({ profile: profileOf(requiringName) });
		module.start();
		await (await module.accept(transferOf([recordOf({ n: 1 }), recordOf({ n: 2 })]))).processed;
		const queue = module.errorQueues.MAPPING;
		const [first] = queue.list();
		queue.purge(first?.entryId ?? '', { operator: 'ann', justification: 'duplicate' });
		queue.expire(Number.POSITIVE_INFINITY);
		await module.stop();
		const removals = await pointsOf('error_queue.counter.removals_total');
		expect(removals.map(({ attributes, value }) => [attributes['pipeline.reason'], value])).toEqual([
			['PURGED', 1],
			['EXPIRED', 1],
		]);
		expect(events('error_queue.audit.entry_expired')[0]?.attributes).toMatchObject({
			'pipeline.operator': 'system',
			'audit.actor_type': 'SYSTEM',
		});
	});

	it('tells a stale answer, which is no hit', async () => {
		let now = Date.UTC(2026, 0, 1);
		let isGone = false;
		const source = sourceOf(() =>
			isGone
				? Promise.reject(new beta.SourceError('ENR_001_NETWORK', 'TRANSIENT', 'gone'))
				: Promise.resolve(fieldsOf({ v: 1 })),
		);
		const module = moduleOf({
			profile: profileOf({ rules: [enriching('STALE')] }),
			sources: [source],
			config: { enrichmentCacheTtlSeconds: 60, enrichmentMaxRetries: 0 },
			clock: { now: () => now },
		});
		module.start();
		await (await module.accept(transferOf([recordOf({ key: 'k' })]))).processed;
		now += 60_001;
		isGone = true;
		await (await module.accept(transferOf([recordOf({ key: 'k' })]))).processed;
		await module.stop();
		const lookup = harness.spans().findLast(({ name }) => name === 'beta.enrichment.lookup');
		expect(lookup?.attributes).toMatchObject({
			'pipeline.cache.status': 'MISS',
			'pipeline.stale': true,
			'pipeline.response_summary': 'STALE, 1 fields',
		});
		assertRegistryNames({ spans: harness.spans(), events: harness.events() });
	});

	it('says that a source is unavailable once its retries are exhausted', async () => {
		const source = sourceOf(() => Promise.reject(new beta.SourceError('ENR_002_SOURCE_TIMEOUT', 'TRANSIENT', 'late')));
		const module = moduleOf({
			profile: profileOf({ rules: [enriching('SKIP')] }),
			sources: [source],
			config: { enrichmentMaxRetries: 1, enrichmentRetryInitialDelayMs: 0 },
		});
		module.start();
		const record = recordOf({ key: 'k' });
		await (await module.accept(transferOf([record]))).processed;
		await module.stop();
		const told = events('enrichment.audit.source_unavailable');
		expect(told).toHaveLength(1);
		expect(told[0]?.attributes).toMatchObject({
			'pipeline.enrichment_source': 'reference',
			'audit.outcome': 'FAILURE',
		});
		expect(told[0]?.traceId).toBe(harness.spans().find(({ name }) => name === 'beta.enrichment.lookup')?.traceId);
	});

	it.each([
		['HALF_OPEN', 'circuit_half_opened'],
		['CLOSED', 'circuit_closed'],
	] as const)('tells a circuit that turns %s', async (newState, name) => {
		const module = moduleOf();
		module.start();
		module.events.emit('circuitChanged', { circuitId: 'c', sourceId: 's', previousState: 'OPEN', newState });
		await module.stop();
		expect(events(`enrichment.log.${name}`)[0]?.attributes).toMatchObject({ 'pipeline.new_state': newState });
	});

	it.each([
		[Object.assign(new Error('late'), { name: 'AbortError' }), 'TIMEOUT'],
		[Object.assign(new Error('late'), { code: 'ENR_002_SOURCE_TIMEOUT' }), 'TIMEOUT'],
		[new Error('gone'), 'FAILURE'],
	])('tells calls of sources that fail: %s', async (fault, outcome) => {
		class HttpSource {
			readonly sourceId = 'reference';
			lookup() {
				return Promise.reject(fault);
			}
		}
		instrumentation.instrument({ HttpSource });
		await expect(new HttpSource().lookup()).rejects.toBe(fault);
		const points = await pointsOf('enrichment.histogram.source_latency_seconds');
		expect(points.map(({ attributes, count }) => [attributes['pipeline.outcome'], count])).toEqual([[outcome, 1]]);
	});

	it('observes no gauge that is not bound', async () => {
		const { binding } = instrumentation;
		const bare = new BetaInstrumentation({ binding: { ...binding, gauges: {} } });
		instrumentation.disable();
		bare.instrument(beta);
		const module = moduleOf();
		module.start();
		const gauges = (await harness.metrics()).filter(({ name }) => name.includes('beta') && name.includes('.gauge.'));
		await module.stop();
		bare.disable();
		const own = ['pipeline.beta.mapping.gauge.error_rate', 'pipeline.beta.enrichment.gauge.cache_hit_ratio'];
		expect(gauges.filter(({ name }) => !own.includes(name))).toEqual([]);
	});

	const pointsOf = async (name: string) =>
		(await harness.metrics()).filter((point) => point.name === `pipeline.beta.${name}`);
});
