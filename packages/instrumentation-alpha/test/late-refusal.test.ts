import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as alpha from '@pipeline/alpha';
import { type AcknowledgmentPayload, type AlphaBetaBatch, type BatchSender, systemRuntime } from '@pipeline/model';
import { telemetry } from '@pipeline/telemetry-core';
import {
	assertRegistryNames,
	createTelemetryHarness,
	renderTree,
	type TelemetryHarness,
} from '@pipeline/telemetry-testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AlphaInstrumentation } from '../src/index.ts';

describe('a batch that is refused after it was received', () => {
	let harness: TelemetryHarness;
	let instrumentation: AlphaInstrumentation;
	beforeEach(() => {
		harness = createTelemetryHarness({ detail: 'standard' });
		instrumentation = new AlphaInstrumentation();
		instrumentation.instrument(alpha);
	});
	afterEach(async () => {
		instrumentation.disable();
		await harness.shutdown();
	});

	/** Hands over one record, lets its journal go where `leaves` says, and refuses its batch. */
	async function refuse(leaves: boolean) {
		let end: (acknowledgment: AcknowledgmentPayload) => void = () => undefined;
		const answer = { recordsAccepted: 0, recordsRejected: 0, processingDurationMs: 0 };
		const batches: AlphaBetaBatch[] = [];
		const sender: BatchSender<AlphaBetaBatch> = {
			async send(batch) {
				batches.push(batch);
				const { tracer } = telemetry;
				for (const record of leaves ? batch.records : [])
					tracer.inject(tracer.journalOf(record), tracer.stageOf(record), {});
				return { ...answer, batchId: batch.batchId, status: 'RECEIVED' };
			},
			onProcessed(listener) {
				end = listener;
			},
		};
		const file = join(mkdtempSync(join(tmpdir(), 'alpha-')), 'input.ndjson');
		writeFileSync(file, '{"name":"x"}');
		const runtime = systemRuntime();
		const source = new alpha.FileSource({ name: 'test', inputs: [file], runtime, maxRecordSizeBytes: 1_024 });
		const module = new alpha.AlphaModule({ source, rules: [], sender, runtime });
		await module.start();
		await module.finished();
		const [batch] = batches as [AlphaBetaBatch];
		// As whoever encodes the batch does it.
		if (leaves)
			for (const record of batch.records) telemetry.tracer.park(telemetry.tracer.journalOf(record), batch.batchId);
		const handedOver = harness.spans();
		harness.clear();
		end({ ...answer, batchId: batch.batchId, status: 'REJECTED' });
		const [spans, events, metrics] = [harness.spans(), harness.events(), await harness.metrics()];
		await module.stop();
		assertRegistryNames({ spans, events, metrics });
		const ends = events.filter(({ name }) => name.includes('.trace.trace.'));
		return { handedOver, spans, ends, metrics, module };
	}

	it('ends its records in the error queue, while their journals are open', async () => {
		const { handedOver, spans, ends } = await refuse(false);
		const send = handedOver.find(({ name }) => name === 'alpha.handoff.send');
		expect(spans.map(({ name, parentSpanId }) => [name, parentSpanId])).toEqual([
			['alpha.error_queue.enqueue', send?.spanId],
		]);
		expect(ends.map(({ name, attributes }) => [name.split('.').at(-1), attributes['pipeline.trace.outcome']])).toEqual([
			['completed', 'REJECTED'],
		]);
	});

	it('tells it in a trace of its own that points back, once they have left', async () => {
		const { handedOver, spans, ends, module } = await refuse(true);
		const send = handedOver.find(({ name }) => name === 'alpha.handoff.send');
		const [late] = spans.filter(({ name }) => name === 'alpha.handoff.send');
		expect(renderTree(spans)).toBe('alpha.handoff.send\n  alpha.error_queue.enqueue');
		expect(late).toMatchObject({
			status: 'ERROR',
			statusMessage: 'INT_BETA_001',
			links: [{ type: 'caused_by', traceId: send?.traceId, spanId: send?.spanId }],
			attributes: { 'pipeline.record_id': send?.attributes['pipeline.record_id'] },
		});
		expect(late?.traceId).not.toBe(send?.traceId);
		expect(ends.map(({ name, traceId }) => [name.split('.').at(-1), traceId])).toEqual([['amended', late?.traceId]]);
		expect(module.errorQueue.list()[0]).toMatchObject({ traceId: late?.traceId, spanId: late?.spanId });
	});

	it('counts them out of the module once', async () => {
		const { metrics } = await refuse(true);
		const inProgress = metrics.find(({ name }) => name.endsWith('.records_in_progress'));
		expect(inProgress?.value).toBe(0);
	});
});
