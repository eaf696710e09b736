import * as beta from '@pipeline/beta';
import type { AcknowledgmentPayload, BatchSender, BetaGammaBatch } from '@pipeline/model';
import { telemetry } from '@pipeline/telemetry-core';
import {
	assertRegistryNames,
	createTelemetryHarness,
	renderTree,
	type TelemetryHarness,
} from '@pipeline/telemetry-testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BetaInstrumentation } from '../src/index.ts';
import { accepting, moduleOf, recordOf, transferOf } from './fixtures.ts';

describe('a batch that is refused after it was received', () => {
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

	/** Hands over one record, lets its journal go where `leaves` says, and refuses its batch. */
	async function refuse(leaves: boolean) {
		let end: (acknowledgment: AcknowledgmentPayload) => void = () => undefined;
		const batches: BetaGammaBatch[] = [];
		const accepts = accepting(batches);
		const sender: BatchSender<BetaGammaBatch> = {
			send(batch) {
				const { tracer } = telemetry;
				for (const record of leaves ? batch.records : [])
					tracer.inject(tracer.journalOf(record), tracer.stageOf(record), {});
				return accepts.send(batch);
			},
			onProcessed(listener) {
				end = listener;
			},
		};
		const module = moduleOf({ sender });
		module.start();
		await (await module.accept(transferOf([recordOf({ name: 'x' })]))).processed;
		const [batch] = batches as [BetaGammaBatch];
		const { batchId, records } = batch;
		// As whoever encodes the batch does it.
		if (leaves) for (const record of records) telemetry.tracer.park(telemetry.tracer.journalOf(record), batchId);
		const handedOver = harness.spans();
		harness.clear();
		const answer = { recordsAccepted: 0, recordsRejected: 1, processingDurationMs: 0 };
		end({ ...answer, batchId, status: 'REJECTED' });
		const [spans, events] = [harness.spans(), harness.events()];
		const metrics = await harness.metrics();
		await module.stop();
		assertRegistryNames({ spans, events, metrics });
		const ends = events.filter(({ name }) => name.includes('.trace.trace.'));
		return { send: handedOver.find(({ name }) => name === 'beta.handoff.send'), spans, ends, metrics };
	}

	it('ends its records in the error queue, while their journals are open', async () => {
		const { send, spans, ends } = await refuse(false);
		expect(spans.map(({ name, parentSpanId }) => [name, parentSpanId])).toEqual([
			['beta.error_queue.enqueue', send?.spanId],
		]);
		expect(ends.map(({ name, attributes }) => [name.split('.').at(-1), attributes['pipeline.trace.outcome']])).toEqual([
			['completed', 'DROPPED'],
		]);
	});

	it('tells it in a trace of its own that points back, once they have left', async () => {
		const { send, spans, ends } = await refuse(true);
		const [late] = spans.filter(({ name }) => name === 'beta.handoff.send');
		expect(renderTree(spans)).toBe('beta.handoff.send\n  beta.error_queue.enqueue');
		expect(late).toMatchObject({
			status: 'ERROR',
			statusMessage: 'INT_999_UNKNOWN',
			links: [{ type: 'caused_by', traceId: send?.traceId, spanId: send?.spanId }],
			attributes: { 'pipeline.target_schema': 'out' },
		});
		expect(late?.traceId).not.toBe(send?.traceId);
		expect(ends.map(({ name, traceId }) => [name.split('.').at(-1), traceId])).toEqual([['amended', late?.traceId]]);
	});

	it('counts the entry, whether its journal is open or not', async () => {
		const { metrics } = await refuse(true);
		const entries = metrics.filter(({ name }) => name.endsWith('.error_queue.counter.entries_total'));
		expect(entries.map(({ value, attributes }) => [value, attributes['pipeline.queue']])).toEqual([[1, 'CRITICAL']]);
	});
});
