import type { DestinationOptions, GammaOptions } from '@pipeline/gamma';
import * as gamma from '@pipeline/gamma';
import type { TransformedRecord } from '@pipeline/model';
import { byTrace, renderTree, traceFaults } from '@pipeline/telemetry-testing';
import { describe, expect, it } from 'vitest';
import { GammaInstrumentation } from '../src/index.ts';
import { batchOf, DOWN, destination, REJECTED, recordOf, SUCCESS, startModule, waitUntil } from './support/delivery.ts';
import { audits, named, outcomes, recordSpans, type Told, useTelemetry, value } from './support/telemetry.ts';

const telemetry = useTelemetry();

async function run(
	destinations: readonly DestinationOptions[],
	records: readonly TransformedRecord[] = [recordOf('r1')],
	options: Partial<GammaOptions> = {},
): Promise<Told> {
	const module = await startModule(destinations, options);
	module.accept(batchOf('b1', ...records));
	return telemetry.stop(module);
}

describe('GammaInstrumentation', () => {
	it('patches every operation of the reference module', () => {
		expect(telemetry.instrumentation.report?.missing).toEqual([]);
	});

	it('gives a delivered record one connected trace with one completion', async () => {
		const { spans, events } = await run([destination('out')]);
		expect(renderTree(recordSpans(spans))).toBe(
			[
				'gamma.record.deliver',
				'  gamma.routing.route',
				'  gamma.destination.deliver',
				'    gamma.render.render',
				'    gamma.delivery.attempt',
				'    gamma.ack.wait',
				'  gamma.trace.complete',
			].join('\n'),
		);
		expect(traceFaults(recordSpans(spans))).toEqual([]);
		const [complete] = named(spans, 'gamma.trace.complete');
		expect(complete).toMatchObject({
			status: 'OK',
			attributes: {
				'pipeline.record_id': 'r1',
				'pipeline.lineage_id': 'lineage-r1',
				'pipeline.batch_id': 'b1',
				'pipeline.target_schema': 'flight',
				'pipeline.trace.outcome': 'DELIVERED',
				'pipeline.trace.destinations_total': 1,
				'pipeline.trace.destinations_delivered': 1,
				'pipeline.trace.destinations_failed': 0,
				'pipeline.trace.attempts_total': 1,
				'pipeline.trace.quality_score': 0.9,
				'pipeline.upstream_quality_score': 0.8,
			},
		});
		expect(outcomes(events)).toEqual(['DELIVERED']);
		expect(audits(events)).toEqual(['delivery_attempted', 'delivery_confirmed']);
	});

	it('links a record to its batch, whose span tells how it ended', async () => {
		const { spans } = await run([destination('out')]);
		const [batch] = named(spans, 'gamma.batch.deliver');
		const [record] = named(spans, 'gamma.record.deliver');
		expect(record?.links).toEqual([{ type: 'batch', traceId: batch?.traceId, spanId: batch?.spanId }]);
		expect(batch).toMatchObject({
			status: 'UNSET',
			attributes: {
				'pipeline.record_count': 1,
				'pipeline.delivered': 1,
				'pipeline.records_failed': 0,
				'pipeline.dlq_count': 0,
				'pipeline.retried': 0,
			},
		});
	});

	it('keeps two destinations apart that are open at the same time: one fails, the outcome is PARTIAL', async () => {
		let release = (): void => undefined;
		const slow = new Promise<void>((resolve) => {
			release = resolve;
		});
		const { spans, events } = await run([
			destination('good', async () => {
				await slow;
				return SUCCESS;
			}),
			destination('bad', () => {
				setImmediate(release);
				return REJECTED;
			}),
		]);
		const [good, bad] = ['good', 'bad'].map((id) => {
			const [own] = named(spans, 'gamma.destination.deliver').filter(
				({ attributes }) => attributes['pipeline.destination_id'] === id,
			);
			return { own, below: spans.filter(({ parentSpanId }) => parentSpanId === own?.spanId).map(({ name }) => name) };
		});
		expect([good?.own?.status, good?.own?.attributes['pipeline.final_status'], good?.below]).toEqual([
			'UNSET',
			'DELIVERED',
			['gamma.render.render', 'gamma.delivery.attempt', 'gamma.ack.wait'],
		]);
		expect([bad?.own?.statusMessage, bad?.own?.attributes['pipeline.final_status'], bad?.below]).toEqual([
			'DELIV_002_REJECTED',
			'DLQ',
			['gamma.render.render', 'gamma.delivery.attempt', 'gamma.dlq.enqueue'],
		]);
		expect(traceFaults(recordSpans(spans))).toEqual([]);
		expect(outcomes(events)).toEqual(['PARTIAL']);
		expect(named(spans, 'gamma.record.deliver')[0]).toMatchObject({
			status: 'UNSET',
			attributes: { 'pipeline.gamma_outcome': 'PARTIAL' },
		});
		expect(audits(events).sort()).toEqual([
			'delivery_attempted',
			'delivery_attempted',
			'delivery_confirmed',
			'delivery_failed',
			'entry_created',
		]);
	});

	it('shows each attempt and the pause before the next; success leaves the delivery unset', async () => {
		let calls = 0;
		const { spans, metrics } = await run([destination('out', () => (calls++ < 2 ? DOWN : SUCCESS))]);
		const attempts = named(spans, 'gamma.delivery.attempt');
		expect(attempts.map(({ status, statusMessage }) => [status, statusMessage])).toEqual([
			['ERROR', 'CONN_001_NETWORK'],
			['ERROR', 'CONN_001_NETWORK'],
			['UNSET', undefined],
		]);
		expect(attempts.map(({ links }) => links)).toEqual([
			[],
			[{ type: 'previous_attempt', traceId: attempts[0]?.traceId, spanId: attempts[0]?.spanId }],
			[{ type: 'previous_attempt', traceId: attempts[1]?.traceId, spanId: attempts[1]?.spanId }],
		]);
		expect(
			named(spans, 'gamma.delivery.retry_wait').map(({ attributes }) => attributes['pipeline.attempt_number']),
		).toEqual([2, 3]);
		const [delivery] = named(spans, 'gamma.destination.deliver');
		expect(delivery).toMatchObject({ status: 'UNSET', attributes: { 'pipeline.total_attempts': 3 } });
		expect(delivery?.events.map(({ name, attributes }) => [name, attributes['pipeline.delay_ms']])).toEqual([
			['delivery.retry_scheduled', 100],
			['delivery.retry_scheduled', 100],
		]);
		expect({
			retries: value(metrics, 'pipeline.gamma.delivery.counter.retries_total'),
			delays: value(metrics, 'pipeline.gamma.delivery.histogram.retry_delay_seconds'),
			connection: value(metrics, 'pipeline.gamma.connection.counter.connection_errors_total'),
			recovered: value(metrics, 'pipeline.gamma.errors.histogram.error_recovery_duration_seconds'),
		}).toEqual({ retries: 2, delays: 2, connection: 2, recovered: 1 });
	});

	it('tells of a destination that may not have a record, and audits it once', async () => {
		const { spans, events, metrics } = await run(
			[destination('public', undefined, { registration: { maxClassification: 'PUBLIC' } })],
			[recordOf('r1', { classification: 'RESTRICTED' })],
		);
		expect(named(spans, 'gamma.destination.deliver')[0]).toMatchObject({
			statusMessage: 'ROUTE_005_UNAUTHORIZED',
			attributes: { 'pipeline.disposition': 'BLOCKED', 'pipeline.classification': 'RESTRICTED' },
			events: [
				{
					name: 'routing.blocked',
					attributes: {
						'pipeline.destination_id': 'public',
						'pipeline.max_classification': 'PUBLIC',
					},
				},
			],
		});
		expect(audits(events)).toEqual(['entry_created', 'delivery_blocked']);
		expect(events.find(({ name }) => name.endsWith('delivery_blocked'))?.attributes).toMatchObject({
			'pipeline.destination_id': 'public',
			'pipeline.classification': 'RESTRICTED',
			'pipeline.max_classification': 'PUBLIC',
			'audit.resource_id': 'public',
			'audit.outcome': 'FAILURE',
		});
		expect(outcomes(events)).toEqual(['FAILED']);
		expect(value(metrics, 'pipeline.gamma.routing.counter.unauthorized_blocked_total')).toBe(1);
	});

	it('ends the trace of a record that cannot be routed', async () => {
		const { spans, events } = await run([destination('out')], [recordOf('r1')], { routing: { rules: [] } });
		expect(renderTree(recordSpans(spans))).toBe(
			['gamma.record.deliver', '  gamma.routing.route', '  gamma.error_queue.enqueue', '  gamma.trace.complete'].join(
				'\n',
			),
		);
		expect(
			spans.filter(({ status }) => status === 'ERROR').map(({ name, statusMessage }) => [name, statusMessage]),
		).toEqual([
			['gamma.routing.route', 'ROUTE_002_NO_MATCHING_RULE'],
			['gamma.trace.complete', 'ROUTE_002_NO_MATCHING_RULE'],
			['gamma.record.deliver', 'ROUTE_002_NO_MATCHING_RULE'],
			['gamma.batch.deliver', 'DELIV_999_UNKNOWN'],
		]);
		expect(outcomes(events)).toEqual(['FAILED']);
	});

	it('follows a destination that nobody registered', async () => {
		const { spans, events } = await run([destination('out')], [recordOf('r1')], {
			routing: { rules: [], defaultDestinations: ['elsewhere'] },
		});
		expect(named(spans, 'gamma.destination.deliver')[0]).toMatchObject({
			statusMessage: 'ROUTE_004_INVALID_DESTINATION',
			attributes: { 'pipeline.destination_id': 'elsewhere', 'pipeline.format': 'unknown' },
		});
		expect(audits(events)).toEqual(['entry_created', 'delivery_failed']);
	});

	it('holds a record while a circuit is open, in the trace as in the module', async () => {
		let calls = 0;
		const module = await startModule([destination('out', () => (calls++ === 0 ? DOWN : SUCCESS))], {
			config: { circuitFailureThreshold: 1 },
		});
		module.accept(batchOf('b1', recordOf('r1')));
		const [out] = module.destinations;
		await waitUntil(() => out?.holding.depth === 1);
		out?.holding.releaseAll('EXPIRED');
		const { spans, events, metrics } = await telemetry.stop(module);
		const [held] = named(spans, 'gamma.delivery.holding');
		expect(held).toMatchObject({
			statusMessage: 'DELIV_007_EXPIRED',
			attributes: { 'pipeline.circuit_id': 'gamma:destination:out' },
		});
		expect(outcomes(events)).toEqual(['EXPIRED']);
		expect(events.some(({ name }) => name.endsWith('circuit_opened'))).toBe(true);
		expect(value(metrics, 'pipeline.gamma.delivery.histogram.holding_wait_seconds')).toBe(1);
		expect(value(metrics, 'pipeline.gamma.connection.gauge.circuit_breaker_state')).toBe(2);
	});

	it('does not hold a record for which there is no room', async () => {
		const module = await startModule([destination('out', () => DOWN)], {
			config: { circuitFailureThreshold: 1, holdingCapacity: 1 },
		});
		module.accept(batchOf('b1', recordOf('r1'), recordOf('r2')));
		const [out] = module.destinations;
		await waitUntil(() => out?.holding.depth === 1 && module.dlqDepth === 1);
		out?.holding.releaseAll('EXPIRED');
		const { spans, events } = await telemetry.stop(module);
		expect(named(spans, 'gamma.delivery.holding').length).toBe(1);
		expect(outcomes(events).sort()).toEqual(['DLQ', 'EXPIRED']);
	});

	it('tells that a destination asked for a pause', async () => {
		let calls = 0;
		const limited = {
			status: 'FAILED',
			errorCode: 'DELIV_004_RATE_LIMITED',
			retryEligible: true,
			retryAfterMs: 5,
		} as const;
		const { spans, metrics } = await run([destination('out', () => (calls++ === 0 ? limited : SUCCESS))]);
		expect(named(spans, 'gamma.delivery.attempt')[0]?.events).toEqual([
			{ name: 'delivery.rate_limited', attributes: { 'pipeline.delay_ms': 5 } },
		]);
		expect(value(metrics, 'pipeline.gamma.delivery.counter.rate_limited_total')).toBe(1);
	});

	it.each([
		[2, ['d1', 'd2']],
		[3, ['d1', 'd2', 'd3']],
	])('names %i destinations on the routing span at most', async (maxDestinations, destinations) => {
		telemetry.instrumentation.disable();
		const limited = new GammaInstrumentation({ maxDestinations });
		limited.instrument(gamma);
		const { spans } = await run([destination('d1'), destination('d2'), destination('d3')]);
		limited.disable();
		expect(named(spans, 'gamma.routing.route')[0]?.attributes['pipeline.destinations']).toEqual(destinations);
	});

	it.each([
		[86_000_000, true],
		[86_500_000, false],
	])('counts total time from ingestion %i ms ago: %s', async (ageMs, isCredible) => {
		const { spans } = await run(
			[destination('out')],
			[recordOf('r1', { ingestionTimestamp: new Date(Date.now() - ageMs).toISOString() })],
		);
		const durationMs = Number(named(spans, 'gamma.trace.complete')[0]?.attributes['pipeline.trace.duration_ms']);
		expect(durationMs >= ageMs).toBe(isCredible);
	});

	it('tells nothing of a batch that it refuses but that it was refused', async () => {
		const module = await startModule([destination('out')]);
		module.accept(batchOf('b1', recordOf('r1')), { deliveryProfile: 'unknown' });
		const { spans, metrics } = await telemetry.stop(module);
		expect(spans.map(({ name, status, attributes }) => [name, status, attributes['pipeline.reason']])).toEqual([
			['gamma.batch.deliver', 'ERROR', 'UNKNOWN_PROFILE'],
		]);
		expect(
			metrics
				.filter(({ name }) => name === 'pipeline.gamma.intake.counter.batches_received_total')
				.map(({ attributes }) => attributes['pipeline.outcome']),
		).toEqual(['UNKNOWN_PROFILE']);
	});

	it('gives many records of one call one call span, which their attempts point to', async () => {
		const { spans } = await run(
			[destination('out', undefined, { maxBatchRecords: 10 })],
			[recordOf('r1'), recordOf('r2'), recordOf('r3')],
		);
		const calls = named(spans, 'gamma.delivery.send_batch');
		const [batch] = named(spans, 'gamma.batch.deliver');
		expect(calls.map(({ parentSpanId, traceId }) => [parentSpanId, traceId])).toEqual(
			calls.map(() => [batch?.spanId, batch?.traceId]),
		);
		const shared = new Map(calls.map(({ spanId, attributes }) => [spanId, attributes['pipeline.record_count']]));
		const linked = named(spans, 'gamma.delivery.attempt').flatMap(({ links }) => links.map(({ spanId }) => spanId));
		const expected = [...shared].flatMap(([spanId, count]) => Array<string>(Number(count)).fill(spanId));
		expect(linked.sort()).toEqual(expected.sort());
		expect(linked.length).toBeGreaterThan(1);
	});

	it('lets two target schemas of one record end in one trace each', async () => {
		const { spans, events } = await run(
			[destination('out')],
			[recordOf('r1'), recordOf('r1', { targetSchema: 'airport' })],
		);
		for (const trace of byTrace(recordSpans(spans)).values()) expect(traceFaults(trace)).toEqual([]);
		expect(outcomes(events)).toEqual(['DELIVERED', 'DELIVERED']);
	});

	it('counts exactly', async () => {
		const { metrics } = await run(
			[destination('good'), destination('bad', () => REJECTED)],
			[recordOf('r1'), recordOf('r2')],
		);
		const counted = Object.fromEntries(
			[
				'intake.counter.batches_received_total',
				'intake.counter.batches_processed_total',
				'intake.histogram.batch_duration_seconds',
				'render.counter.records_rendered_total',
				'render.histogram.rendered_size_bytes',
				'routing.counter.decisions_total',
				'routing.histogram.fanout_destinations',
				'delivery.counter.records_delivered_total',
				'delivery.counter.records_failed_total',
				'delivery.counter.attempts_total',
				'delivery.histogram.delivery_latency_seconds',
				'delivery.histogram.attempts_per_record',
				'ack.counter.acknowledgments_total',
				'dlq.counter.entries_total',
				'dlq.gauge.depth',
				'trace.counter.traces_completed_total',
				'quality.counter.deliveries_by_quality_total',
			].map((name) => [name, value(metrics, `pipeline.gamma.${name}`)]),
		);
		expect(counted).toEqual({
			'intake.counter.batches_received_total': 1,
			'intake.counter.batches_processed_total': 1,
			'intake.histogram.batch_duration_seconds': 1,
			'render.counter.records_rendered_total': 4,
			'render.histogram.rendered_size_bytes': 4,
			'routing.counter.decisions_total': 2,
			'routing.histogram.fanout_destinations': 2,
			'delivery.counter.records_delivered_total': 2,
			'delivery.counter.records_failed_total': 2,
			'delivery.counter.attempts_total': 4,
			'delivery.histogram.delivery_latency_seconds': 4,
			'delivery.histogram.attempts_per_record': 4,
			'ack.counter.acknowledgments_total': 2,
			'dlq.counter.entries_total': 2,
			'dlq.gauge.depth': 2,
			'trace.counter.traces_completed_total': 2,
			'quality.counter.deliveries_by_quality_total': 4,
		});
		expect(value(metrics, 'pipeline.integration.flow.histogram.end_to_end_latency_seconds')).toBe(2);
		expect(
			metrics
				.filter(({ name }) => name === 'pipeline.integration.flow.histogram.stage_duration_seconds')
				.map(({ attributes, count }) => [attributes['pipeline.stage'], count]),
		).toEqual([
			['BETA_GAMMA', 2],
			['GAMMA_RENDER', 2],
			['GAMMA_DELIVERY', 2],
			['GAMMA_ACK', 2],
		]);
	});
});
