import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RoutingRule } from '@pipeline/gamma';
import type { AckTimeoutAction } from '@pipeline/model';
import { ENTRY_STAGE, telemetry as installed, StageStatus } from '@pipeline/telemetry-core';
import { span as beta } from '@pipeline/telemetry-core/beta';
import { byTrace, renderTree, type SpanView, traceFaults } from '@pipeline/telemetry-testing';
import { describe, expect, it } from 'vitest';
import {
	batchOf,
	DOWN,
	destination,
	movableRuntime,
	REJECTED,
	recordOf,
	type Script,
	SUCCESS,
	startModule,
	waitUntil,
} from './support/delivery.ts';
import { audits, named, outcomes, recordSpans, useTelemetry, value } from './support/telemetry.ts';

const telemetry = useTelemetry();
const position = (span: SpanView | undefined) => ({ traceId: span?.traceId, spanId: span?.spanId });

/** A module with one destination that acknowledges later. `attemptIds` are what acknowledgments name. */
async function startWaiting(ackTimeoutAction: AckTimeoutAction, script: Script = () => SUCCESS) {
	const runtime = movableRuntime();
	const attemptIds: string[] = [];
	const remember: Script = (outbound, callId) => {
		attemptIds.push(outbound.attemptId);
		return script(outbound, callId);
	};
	const module = await startModule(
		[destination('out', remember, { registration: { ackType: 'ASYNC', ackTimeoutAction } })],
		{ runtime, config: { ackWaitTimeoutMs: 1_000, maxDeliveryRetries: 1 } },
	);
	module.accept(batchOf('b1', recordOf('r1')));
	await waitUntil(() => module.pendingAcks === 1);
	const acknowledge = (position: number) =>
		module.parts.acks.receive({
			correlation_id: attemptIds[position],
			status: 'RECEIVED',
			acknowledgment_id: 'ack-1',
			message: 's3cret-value',
		}).kind;
	return { module, runtime, attemptIds, acknowledge };
}

describe('acknowledgments', () => {
	it('belong to the wait that they end, and point to the attempt', async () => {
		const { module, acknowledge } = await startWaiting('RETRY_DELIVERY');
		expect(acknowledge(0)).toBe('MATCHED');
		const { spans, events, metrics } = await telemetry.stop(module);
		const [wait] = named(spans, 'gamma.ack.wait');
		const [receive] = named(spans, 'gamma.ack.receive');
		const [attempt] = named(spans, 'gamma.delivery.attempt');
		expect(receive).toMatchObject({
			traceId: wait?.traceId,
			parentSpanId: wait?.spanId,
			links: [{ type: 'caused_by', ...position(attempt) }],
			attributes: { 'pipeline.ack_type': 'ASYNC', 'pipeline.acknowledgment_id': 'ack-1' },
		});
		expect(wait?.attributes).toMatchObject({
			'pipeline.ack_status': 'RECEIVED',
			'pipeline.acknowledgment_id': 'ack-1',
		});
		expect(audits(events)).toEqual(['delivery_attempted', 'delivery_confirmed']);
		expect(value(metrics, 'pipeline.gamma.ack.histogram.wait_duration_seconds')).toBe(1);
	});

	it('that come too late for a record that ended are told in a trace of their own', async () => {
		const { module, runtime, acknowledge } = await startWaiting('MANUAL_REVIEW');
		runtime.moveOn(1_000);
		await module.idle();
		expect(acknowledge(0)).toBe('LATE');
		expect(acknowledge(0)).toBe('LATE');
		const { spans, events, metrics } = await telemetry.stop(module);
		const [delivery] = named(spans, 'gamma.destination.deliver');
		const [late, ...others] = named(spans, 'gamma.ack.receive');
		expect(others).toEqual([]);
		expect(late?.parentSpanId).toBeUndefined();
		expect(late?.links).toEqual([{ type: 'caused_by', ...position(delivery) }]);
		expect(named(spans, 'gamma.ack.wait')[0]).toMatchObject({
			statusMessage: 'ACK_002_TIMEOUT',
			attributes: { 'pipeline.timeout_action': 'MANUAL_REVIEW' },
		});
		expect([outcomes(events), outcomes(events, 'amended')]).toEqual([['FAILED'], ['DELIVERED']]);
		expect(audits(events)).toEqual(['delivery_attempted', 'ack_timed_out', 'entry_created', 'delivery_failed']);
		expect(value(metrics, 'pipeline.gamma.ack.counter.timeout_actions_total')).toBe(1);
		expect(value(metrics, 'pipeline.gamma.ack.gauge.timeout_ratio')).toBe(1);
	});

	it('that come too late, but before the record ended, confirm its delivery', async () => {
		const { module, runtime, acknowledge } = await startWaiting('RETRY_DELIVERY');
		runtime.moveOn(1_000);
		await waitUntil(() => module.pendingAcks === 0);
		expect(acknowledge(0)).toBe('LATE');
		const { spans, events } = await telemetry.stop(module);
		const [delivery] = named(spans, 'gamma.destination.deliver');
		expect(named(spans, 'gamma.ack.receive').map(({ parentSpanId }) => parentSpanId)).toEqual([delivery?.spanId]);
		expect(named(spans, 'gamma.ack.wait').map(({ attributes }) => attributes['pipeline.ack_status'])).toEqual([
			'TIMEOUT',
			'RECEIVED',
		]);
		expect([outcomes(events), outcomes(events, 'amended')]).toEqual([['DELIVERED'], []]);
		expect(audits(events)).toEqual(['delivery_attempted', 'ack_timed_out', 'delivery_confirmed']);
		expect(traceFaults(recordSpans(spans))).toEqual([]);
	});

	it('nobody waits for are errors of their own', async () => {
		const module = await startModule([destination('out')]);
		module.parts.acks.receive({ correlation_id: 'nobody', status: 'RECEIVED' });
		module.parts.acks.receive('s3cret-value');
		const { spans, metrics } = await telemetry.stop(module);
		expect(named(spans, 'gamma.ack.receive').map(({ statusMessage }) => statusMessage)).toEqual([
			'ACK_003_CORRELATION_MISMATCH',
			'ACK_001_MALFORMED',
		]);
		expect(value(metrics, 'pipeline.gamma.errors.counter.errors_total')).toBe(2);
		expect(value(metrics, 'pipeline.gamma.error_queue.gauge.size')).toBe(2);
	});

	it('are asked for where that is configured', async () => {
		const { module, runtime } = await startWaiting('QUERY_DESTINATION');
		const [out] = module.destinations;
		if (out !== undefined)
			out.adapter.getDeliveryStatus = async () => ({ state: 'DELIVERED', acknowledgmentId: 'asked' });
		runtime.moveOn(1_000);
		const { spans, events } = await telemetry.stop(module);
		const [delivery] = named(spans, 'gamma.destination.deliver');
		expect(delivery?.events).toEqual([
			{
				name: 'ack.polled',
				attributes: { 'pipeline.action': 'DELIVERED', 'pipeline.waited_ms': expect.any(Number) },
			},
		]);
		expect(audits(events)).toEqual(['delivery_attempted', 'ack_timed_out', 'delivery_confirmed']);
		expect(outcomes(events)).toEqual(['DELIVERED']);
	});
});

describe('several deliveries in one acknowledgment', () => {
	it('are each told in their own trace', async () => {
		const callIds: string[] = [];
		const module = await startModule([
			destination(
				'out',
				(_outbound, callId) => {
					callIds.push(callId);
					return SUCCESS;
				},
				{ registration: { ackType: 'BATCH' }, maxBatchRecords: 10 },
			),
		]);
		module.accept(batchOf('b1', recordOf('r1'), recordOf('r2'), recordOf('r3')));
		await waitUntil(() => module.pendingAcks === 3);
		for (const correlation_id of new Set(callIds)) module.parts.acks.receive({ correlation_id, status: 'RECEIVED' });
		const { spans, metrics } = await telemetry.stop(module);
		expect(named(spans, 'gamma.ack.receive').map(({ attributes }) => attributes['pipeline.batch_size'])).toEqual([
			1, 2, 2,
		]);
		for (const trace of byTrace(recordSpans(spans)).values()) expect(traceFaults(trace)).toEqual([]);
		expect(
			metrics
				.filter(({ name }) => name === 'pipeline.gamma.ack.histogram.batch_ack_size_records')
				.map(({ count, value: sum }) => [count, sum]),
		).toEqual([[2, 3]]);
	});
});

describe('two target schemas of one record in one process', () => {
	const flightsWait: RoutingRule = {
		ruleId: 'flights',
		priority: 1,
		condition: { kind: 'ALWAYS' },
		targetSchema: 'flight',
		destinations: ['waits'],
		stop: true,
	};

	/** One record that the module before mapped to two schemas, on the journal that both share. */
	function mappedTwice() {
		const { tracer } = installed;
		const journal = tracer.begin(beta['beta.record.process'], {});
		tracer.fork(journal, 1);
		const records = ['flight', 'airport'].map((targetSchema) => {
			const record = recordOf('r1', { targetSchema });
			const handoff = tracer.enter(journal, beta['beta.handoff.send'], ENTRY_STAGE);
			tracer.attach(record, journal, handoff);
			tracer.exit(journal, handoff, StageStatus.UNSET);
			return record;
		});
		tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
		return records;
	}

	it('share a trace: each completes once, and a late acknowledgment of the one that ended amends it', async () => {
		const attemptIds: string[] = [];
		const runtime = movableRuntime();
		const { promise: held, resolve: release } = Promise.withResolvers<void>();
		const waits: Script = ({ attemptId }) => {
			attemptIds.push(attemptId);
			return SUCCESS;
		};
		const module = await startModule(
			[
				destination('waits', waits, { registration: { ackType: 'ASYNC', ackTimeoutAction: 'MANUAL_REVIEW' } }),
				destination('slow', () => held.then(() => SUCCESS)),
			],
			{
				runtime,
				config: { ackWaitTimeoutMs: 1_000 },
				routing: { rules: [flightsWait], defaultDestinations: ['slow'] },
			},
		);
		module.accept(batchOf('b1', ...mappedTwice()));
		await waitUntil(() => module.pendingAcks === 1);
		runtime.moveOn(1_000);
		await waitUntil(() => module.inFlightRecords === 1);
		module.parts.acks.receive({ correlation_id: attemptIds[0], status: 'RECEIVED' });
		release();
		const { spans, events } = await telemetry.stop(module);
		const [trace, amendment] = [...byTrace(recordSpans(spans)).values()];
		expect(traceFaults(trace ?? [])).toEqual([]);
		expect(
			named(trace ?? [], 'gamma.trace.complete').map(({ attributes }) => [
				attributes['pipeline.target_schema'],
				attributes['pipeline.trace.outcome'],
				attributes['pipeline.trace.attempts_total'],
			]),
		).toEqual([
			['flight', 'FAILED', 1],
			['airport', 'DELIVERED', 1],
		]);
		expect(amendment?.map(({ name }) => name)).toEqual(['gamma.ack.receive']);
		expect([outcomes(events).sort(), outcomes(events, 'amended')]).toEqual([['DELIVERED', 'FAILED'], ['DELIVERED']]);
	});
});

describe('dead letters', () => {
	it('keep their position; a replay is a trace of its own that points back and amends the first', async () => {
		let answer = REJECTED;
		const module = await startModule([destination('out', () => answer)]);
		module.accept(batchOf('b1', recordOf('r1')));
		await module.idle();
		const { deadLetters } = module.parts;
		const [entry] = deadLetters.list();
		const [delivery] = named(telemetry.harness.spans(), 'gamma.destination.deliver');
		expect(entry).toMatchObject({
			...position(delivery),
			originTraceId: delivery?.traceId,
			originSpanId: delivery?.spanId,
		});
		answer = SUCCESS;
		await deadLetters.replay(entry?.entryId ?? '', 'operator-1', 'fixed there');
		const { spans, events, metrics } = await telemetry.stop(module);
		const [first, replayed] = [...byTrace(recordSpans(spans)).values()];
		expect(renderTree(replayed ?? [])).toBe(
			[
				'recovery.replay',
				'  gamma.record.deliver',
				'    gamma.routing.route',
				'    gamma.destination.deliver',
				'      gamma.render.render',
				'      gamma.delivery.attempt',
				'      gamma.ack.wait',
				'    gamma.trace.complete',
			].join('\n'),
		);
		expect(traceFaults(first ?? [])).toEqual([]);
		expect(named(spans, 'recovery.replay')[0]).toMatchObject({
			status: 'UNSET',
			links: [{ type: 'replay_of', ...position(delivery) }],
			attributes: { 'pipeline.queue': 'DLQ', 'pipeline.replay_count': 1, 'pipeline.synthetic': true },
		});
		expect([outcomes(events), outcomes(events, 'amended')]).toEqual([['DLQ'], ['DELIVERED']]);
		expect(audits(events)).toEqual([
			'delivery_attempted',
			'entry_created',
			'delivery_failed',
			'entry_replayed',
			'delivery_attempted',
			'delivery_confirmed',
		]);
		expect({
			replays: value(metrics, 'pipeline.gamma.dlq.counter.replays_total'),
			removals: value(metrics, 'pipeline.gamma.dlq.counter.removals_total'),
			completed: value(metrics, 'pipeline.gamma.trace.counter.traces_completed_total'),
		}).toEqual({ replays: 1, removals: 1, completed: 1 });
	});

	it('that come back point to the original and to the replay before, until the limit', async () => {
		const module = await startModule([destination('out', () => REJECTED)], {
			config: { maxReplayAttempts: 2, replayRatePerSecond: 10_000 },
		});
		module.accept(batchOf('b1', recordOf('r1')));
		await module.idle();
		const { deadLetters } = module.parts;
		const entryId = deadLetters.list()[0]?.entryId ?? '';
		await deadLetters.replay(entryId, 'operator-1', 'first');
		await deadLetters.replay(entryId, 'operator-1', 'second');
		await expect(deadLetters.replay(entryId, 'operator-1', 'third')).rejects.toMatchObject({
			code: 'QUEUE_REPLAY_LIMIT',
		});
		const { spans, metrics } = await telemetry.stop(module);
		const deliveries = named(spans, 'gamma.destination.deliver');
		const [first, second] = named(spans, 'recovery.replay');
		expect(first?.links).toEqual([{ type: 'replay_of', ...position(deliveries[0]) }]);
		expect(second?.links).toEqual([
			{ type: 'replay_of', ...position(deliveries[0]) },
			{ type: 'replay_of', ...position(deliveries[1]) },
		]);
		expect(deadLetters.list()[0]?.replayTraceIds).toEqual([first?.traceId, second?.traceId]);
		expect(
			metrics
				.filter(({ name }) => name === 'pipeline.gamma.dlq.counter.replays_total')
				.map(({ attributes, value: count }) => [attributes['pipeline.outcome'], count]),
		).toEqual([
			['FAILED', 2],
			['REJECTED_LIMIT', 1],
		]);
	});

	it('tell what operators and time do to them', async () => {
		const module = await startModule([destination('out', () => REJECTED)]);
		module.accept(batchOf('b1', recordOf('r1'), recordOf('r2')));
		await module.idle();
		const { deadLetters } = module.parts;
		const entryId = deadLetters.list()[0]?.entryId ?? '';
		deadLetters.inspect(entryId, 'operator-1');
		deadLetters.correct(entryId, {}, 'operator-1', 'typing error');
		deadLetters.purge(entryId, { operator: 'operator-1', justification: 'of no use' });
		deadLetters.expire(Number.MAX_SAFE_INTEGER);
		const { events } = await telemetry.stop(module);
		expect(audits(events).filter((name) => name?.startsWith('entry_') && name !== 'entry_created')).toEqual([
			'entry_inspected',
			'entry_corrected',
			'entry_purged',
		]);
		expect(outcomes(events, 'amended')).toEqual(['DLQ']);
	});
});

describe('a stop', () => {
	it('interrupts a record, whose trace goes on at the next start', async () => {
		const stateDirectory = mkdtempSync(join(tmpdir(), 'gamma-state-'));
		const config = { retryInitialDelayMs: 60_000 };
		const before = await startModule([destination('out', () => DOWN)], { stateDirectory, config });
		before.accept(batchOf('b1', recordOf('r1')));
		await waitUntil(() => before.parts.retryWait.waiting === 1);
		await before.stop(0);
		const [interrupted] = named(telemetry.harness.spans(), 'gamma.record.deliver');
		expect(interrupted).toMatchObject({ status: 'UNSET', attributes: { 'pipeline.cancelled': true } });
		expect(named(telemetry.harness.spans(), 'gamma.trace.complete')).toEqual([]);
		const after = await startModule([destination('out')], { stateDirectory, config });
		const { spans, events } = await telemetry.stop(after);
		expect(traceFaults(recordSpans(spans))).toEqual([]);
		expect(named(spans, 'gamma.record.deliver').map(({ parentSpanId }) => parentSpanId)).toEqual([
			undefined,
			interrupted?.spanId,
		]);
		expect(outcomes(events)).toEqual(['DELIVERED']);
		expect(named(spans, 'recovery.resume')).toMatchObject([
			{
				parentSpanId: undefined,
				links: [{ type: 'recovered_from', ...position(interrupted) }],
				attributes: { 'pipeline.record_count': 1, 'pipeline.downtime_ms': expect.any(Number) },
			},
		]);
	});

	it('leaves a wait that the next start takes up', async () => {
		const stateDirectory = mkdtempSync(join(tmpdir(), 'gamma-state-'));
		const attemptIds: string[] = [];
		const destinations = [
			destination(
				'out',
				({ attemptId }) => {
					attemptIds.push(attemptId);
					return SUCCESS;
				},
				{ registration: { ackType: 'ASYNC' } },
			),
		];
		const before = await startModule(destinations, { stateDirectory });
		before.accept(batchOf('b1', recordOf('r1')));
		await waitUntil(() => before.pendingAcks === 1);
		await before.stop(0);
		const after = await startModule(destinations, { stateDirectory });
		await waitUntil(() => after.pendingAcks === 1);
		after.parts.acks.receive({ correlation_id: attemptIds[0], status: 'RECEIVED' });
		const { spans, events } = await telemetry.stop(after);
		expect(traceFaults(recordSpans(spans))).toEqual([]);
		expect(named(spans, 'gamma.ack.wait').map(({ attributes }) => attributes['pipeline.ack_status'])).toEqual([
			undefined,
			'RECEIVED',
		]);
		expect(audits(events)).toEqual(['delivery_attempted', 'delivery_confirmed']);
	});
});
