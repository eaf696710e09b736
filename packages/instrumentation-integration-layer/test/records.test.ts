import { once } from 'node:events';
import * as layer from '@pipeline/integration-layer';
import { type AlphaBetaBatch, JOURNAL, STAGE, stringValue, systemRuntime, type ValidatedRecord } from '@pipeline/model';
import { ENTRY_STAGE, StageStatus, type TraceFields, telemetry } from '@pipeline/telemetry-core';
import { span as alpha, attribute } from '@pipeline/telemetry-core/alpha';
import { span as beta, event as betaEvent } from '@pipeline/telemetry-core/beta';
import { enterRecord } from '@pipeline/telemetry-core/instrumentation';
import {
	assertRegistryNames,
	createTelemetryHarness,
	renderTree,
	type TelemetryHarness,
} from '@pipeline/telemetry-testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IntegrationLayerInstrumentation } from '../src/index.ts';

const runtime = systemRuntime();

function batchOf(...names: string[]): AlphaBetaBatch {
	const records = names.map((name): ValidatedRecord => {
		const timestamp = runtime.timestamp();
		return {
			recordId: runtime.uuid('record'),
			parsedRecordRef: name,
			fields: { name: stringValue(name) },
			validationTimestamp: timestamp,
			validationDurationMs: 0,
			rulesEvaluated: 0,
			rulesPassed: 0,
			qualityScore: 1,
			qualityFlags: [],
			classification: 'INTERNAL',
			personalFields: [],
			lineageId: runtime.uuid('lineage'),
			[JOURNAL]: 0,
			[STAGE]: 0,
		};
	});
	const validationSummary = {
		totalRecordsValidated: names.length,
		recordsPassed: names.length,
		recordsFailed: 0,
		averageQualityScore: 1,
	};
	return { batchId: runtime.uuid('batch'), correlationId: 'run', priority: 'NORMAL', records, validationSummary };
}

describe('IntegrationLayerInstrumentation', () => {
	let harness: TelemetryHarness;
	let instrumentation: IntegrationLayerInstrumentation;
	beforeEach(() => {
		harness = createTelemetryHarness();
		instrumentation = new IntegrationLayerInstrumentation();
		instrumentation.instrument(layer);
	});
	afterEach(async () => {
		instrumentation.disable();
		await harness.shutdown();
	});

	/** Sends records that alpha has begun to a handler that begins beta's part of them and ends it. */
	async function transfer(
		ends: readonly [layer.Transport, layer.Transport],
		strip: (record: object) => void = () => {},
		remote?: TraceFields,
	) {
		const results: string[] = [];
		const sending = new layer.IntegrationLayer({ runtime });
		const receiving = new layer.IntegrationLayer({ runtime });
		receiving.receiving('ALPHA_BETA', ends[1], {
			handler: async ({ records }) => {
				for (const record of records) {
					strip(record);
					const { journal, result } = enterRecord(
						telemetry.tracer,
						beta['beta.record.process'],
						record,
						'ALPHA_BETA',
						record.recordId,
					);
					results.push(result);
					telemetry.tracer.exit(journal, telemetry.tracer.stageOf(record), StageStatus.UNSET);
					telemetry.tracer.finish(
						journal,
						telemetry.tracer.stageOf(record),
						'DROPPED',
						betaEvent['pipeline.beta.trace.trace.completed'],
					);
				}
				return { recordsAccepted: records.length, recordsRejected: 0 };
			},
		});
		const end = sending.sending('ALPHA_BETA', ends[0]);
		sending.start();
		receiving.start();
		const batch = batchOf('a', 'b');
		const { tracer } = telemetry;
		const journals = batch.records.map((record) => {
			const journal = tracer.begin(alpha['alpha.record.ingest'], record, remote);
			tracer.setText(journal, ENTRY_STAGE, attribute['pipeline.record_id'], record.recordId);
			const stage = tracer.enter(journal, alpha['alpha.handoff.send'], ENTRY_STAGE);
			tracer.attach(record, journal, stage);
			return { journal, stage };
		});
		const processed = new Promise<void>((resolve) => end.sender.onProcessed(() => resolve()));
		await end.sender.send(batch);
		for (const { journal, stage } of journals) {
			tracer.exit(journal, stage, StageStatus.UNSET);
			tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
		}
		await processed;
		const metrics = await harness.metrics();
		await sending.stop();
		await receiving.stop();
		await new Promise(setImmediate);
		assertRegistryNames({ spans: harness.spans(), events: harness.events(), metrics });
		return {
			results,
			metrics,
			leftOpen: journals.filter(({ journal }) => tracer.journalOf({ [JOURNAL]: journal }) !== 0),
		};
	}

	const recordTrees = () => renderTree(harness.spans().filter(({ name }) => /record|handoff/.test(name)));
	const ONE_TRACE = ['alpha.record.ingest', '  alpha.handoff.send', '    beta.record.process'];

	it('lets live records pass by reference: one trace each, nothing parked', async () => {
		const { results, leftOpen } = await transfer(layer.MemoryTransport.pair());
		expect(results).toEqual(['COMPLETE', 'COMPLETE']);
		expect(recordTrees()).toBe([...ONE_TRACE, ...ONE_TRACE].join('\n'));
		expect(leftOpen).toEqual([]);
	});

	it('writes the context of records that leave the process, which continue there and are parked here', async () => {
		const into = await layer.TcpTransport.listen();
		const out = layer.TcpTransport.connect(into.port);
		await once(out.events, 'connected');
		const { results, leftOpen, metrics } = await transfer([out, into]);
		await out.close();
		await into.close();
		expect(results).toEqual(['COMPLETE', 'COMPLETE']);
		expect(recordTrees()).toBe([...ONE_TRACE, ...ONE_TRACE].join('\n'));
		expect(leftOpen).toEqual([]);
		expect(metrics.find(({ name }) => name === 'pipeline.integration.transfer.histogram.batch_size_bytes')?.count).toBe(
			1,
		);
	});

	it('puts records whose context was stripped back into their traces', async () => {
		const { results } = await transfer(layer.MemoryTransport.pair({ encodes: true }), (record) => {
			for (const name of ['traceId', 'spanId', 'parentSpanId', 'traceFlags']) Reflect.deleteProperty(record, name);
		});
		expect(results).toEqual(['RESTORED', 'RESTORED']);
		expect(recordTrees()).toBe([...ONE_TRACE, ...ONE_TRACE].join('\n'));
	});

	it('carries the baggage of records that leave the process as it was', async () => {
		const baggage = { 'pipeline.source_id': 'FILE:ä b', other: 'kept, too' };
		const arrived: unknown[] = [];
		await transfer(
			layer.MemoryTransport.pair({ encodes: true }),
			(record) => arrived.push((record as { readonly baggage?: unknown }).baggage),
			{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 3, baggage },
		);
		expect(arrived).toEqual([baggage, baggage]);
	});

	it('begins a new trace where the context is malformed and nothing is known', async () => {
		const { results } = await transfer(layer.MemoryTransport.pair({ encodes: true }), (record) =>
			Object.assign(record, { traceId: 'nonsense', recordId: 'unknown' }),
		);
		expect(results).toEqual(['MALFORMED', 'MALFORMED']);
	});

	it('connects sending and receiving of a batch through the message header', async () => {
		const { metrics } = await transfer(layer.MemoryTransport.pair());
		expect(renderTree(harness.spans().filter(({ name }) => name.startsWith('integration.transfer')))).toBe(
			['integration.transfer.send', '  integration.transfer.receive'].join('\n'),
		);
		const value = (name: string) =>
			metrics.filter((point) => point.name === name).reduce((sum, point) => sum + (point.count ?? point.value), 0);
		expect({
			batches: value('pipeline.integration.transfer.counter.batches_transferred_total'),
			records: value('pipeline.integration.transfer.counter.records_transferred_total'),
			inFlight: value('pipeline.integration.transfer.updowncounter.batches_in_flight'),
			checks: value('pipeline.integration.context.counter.propagation_checks_total'),
		}).toEqual({ batches: 1, records: 2, inFlight: 0, checks: 2 });
		expect(harness.events().map(({ name }) => name)).toContain('pipeline.integration.transfer.audit.batch_transferred');
	});
});
