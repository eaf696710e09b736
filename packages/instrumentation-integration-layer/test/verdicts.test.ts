import * as layer from '@pipeline/integration-layer';
import {
	type AcknowledgmentPayload,
	type AlphaBetaBatch,
	type Edge,
	JOURNAL,
	STAGE,
	systemRuntime,
	type ValidatedRecord,
} from '@pipeline/model';
import { installTelemetry, noopTracer, type TraceVerdicts } from '@pipeline/telemetry-core';
import { createTelemetryHarness, type TelemetryHarness } from '@pipeline/telemetry-testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IntegrationLayerInstrumentation } from '../src/index.ts';

const runtime = systemRuntime();
const DROPPED = 'pipeline.telemetry.events.counter.events_dropped_total';
const keepOf = (n: number): TraceVerdicts['keep'][number] => ({
	traceId: n.toString(16).padStart(32, 'f'),
	reason: 'ERROR',
});

function batch(): AlphaBetaBatch {
	const timestamp = runtime.timestamp();
	const record: ValidatedRecord = {
		recordId: runtime.uuid('record'),
		parsedRecordRef: 'r',
		fields: {},
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
	const validationSummary = {
		totalRecordsValidated: 1,
		recordsPassed: 1,
		recordsFailed: 0,
		averageQualityScore: 1,
	};
	const batchId = runtime.uuid('batch');
	return { batchId, correlationId: 'run', priority: 'NORMAL', records: [record], validationSummary };
}

describe('verdicts between modules', () => {
	let harness: TelemetryHarness;
	let instrumentation: IntegrationLayerInstrumentation;
	/** What the recorder has to say upstream, and what it was told from downstream. */
	const pending: TraceVerdicts['keep'][number][] = [];
	const applied: TraceVerdicts[] = [];
	const askedFor: string[] = [];
	const layers: layer.IntegrationLayer[] = [];

	beforeEach(() => {
		// Before anything is timed by it.
		vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
		harness = createTelemetryHarness();
		instrumentation = new IntegrationLayerInstrumentation();
		instrumentation.instrument(layer);
		installTelemetry({
			tracer: {
				...noopTracer,
				takeVerdicts(upstream) {
					askedFor.push(upstream);
					return pending.length === 0 ? undefined : { keep: pending.splice(0, 1_024), released: [] };
				},
				applyVerdicts: (verdicts) => void applied.push(verdicts),
			},
		});
	});
	afterEach(async () => {
		for (const started of layers.splice(0)) await started.stop({ drainTimeoutMs: 0 });
		for (const list of [pending, applied, askedFor]) list.length = 0;
		instrumentation.disable();
		await harness.shutdown();
		vi.useRealTimers();
	});

	function ends(edge: Edge, encodes = true) {
		const transports = layer.MemoryTransport.pair({ encodes });
		const [out, into] = [0, 1].map(() => new layer.IntegrationLayer({ runtime })) as [
			layer.IntegrationLayer,
			layer.IntegrationLayer,
		];
		layers.push(out, into);
		const receiving = into.receiving(edge, transports[1], {
			handler: async ({ records }) => ({ recordsAccepted: records.length, recordsRejected: 0 }),
		});
		const sending = out.sending(edge, transports[0]);
		into.start();
		out.start();
		const heard: AcknowledgmentPayload[] = [];
		out.events.on('acknowledged', ({ payload }) => heard.push(payload));
		return { sending, receiving, into, heard, transport: transports[1] };
	}

	/** Sends a batch and waits until it was processed. */
	async function transfer({ sending }: ReturnType<typeof ends>): Promise<string> {
		const sent = batch();
		const processed = new Promise((resolve) => sending.sender.onProcessed(resolve));
		await sending.sender.send(sent);
		await processed;
		return sent.batchId;
	}

	const keeps = () => applied.flatMap(({ keep }) => keep);
	const released = () => applied.flatMap((verdicts) => verdicts.released);

	it('travel on acknowledgments, and the modules see nothing of them', async () => {
		pending.push(keepOf(1), keepOf(2));
		const both = ends('BETA_GAMMA');
		const batchId = await transfer(both);
		expect(keeps()).toEqual([keepOf(1), keepOf(2)]);
		expect(released()).toEqual([batchId]);
		expect(new Set(askedFor)).toEqual(new Set(['BETA']));
		expect(both.heard.map(({ status }) => status)).toEqual(['RECEIVED', 'PROCESSED']);
		expect(JSON.stringify(both.heard)).not.toMatch(/verdict/i);
	});

	it('travel on confirmations', async () => {
		const { sending, receiving } = ends('BETA_GAMMA');
		pending.push(keepOf(1));
		const confirmed = new Promise((resolve) => sending.events.once('confirmed', resolve));
		await receiving.confirmations.send({ batchId: 'b', correlationId: 'c', deliveryResults: [] });
		expect(JSON.stringify(await confirmed)).not.toMatch(/verdict/i);
		expect(keeps()).toEqual([keepOf(1)]);
	});

	it('do not travel where messages stay in the process', async () => {
		pending.push(keepOf(1));
		await transfer(ends('BETA_GAMMA', false));
		expect([pending.length, applied]).toEqual([1, []]);
	});

	it('leave a batch unreleased while more is to be said', async () => {
		pending.push(...Array.from({ length: 3 * 1_024 }, (_, n) => keepOf(n)));
		const both = ends('BETA_GAMMA');
		const first = await transfer(both);
		expect(released()).toEqual([]);
		await transfer(both);
		expect(released()).toContain(first);
	});

	it('travel in a message of their own after 1 s without an acknowledgment', async () => {
		const both = ends('BETA_GAMMA');
		await transfer(both);
		pending.push(keepOf(1));
		vi.advanceTimersByTime(1_000);
		expect(pending).toHaveLength(1);
		const heard = new Promise((resolve) => both.sending.events.once('acknowledged', resolve));
		vi.advanceTimersByTime(1_000);
		expect(await heard).toMatchObject({ payload: { status: 'VERDICT' } });
		expect(keeps()).toEqual([keepOf(1)]);
		const durations = (await harness.metrics()).filter(({ name }) => name.endsWith('ack_duration_seconds'));
		expect(durations.map(({ attributes }) => attributes['pipeline.status']).sort()).toEqual(['PROCESSED', 'RECEIVED']);
	});

	it('arrive though the message that carried them was lost', async () => {
		const both = ends('BETA_GAMMA');
		vi.spyOn(both.transport, 'send').mockImplementationOnce(
			async (message) => void both.transport.codec.encode(message),
		);
		pending.push(keepOf(1));
		const now = vi.spyOn(performance, 'now');
		const startedMs = performance.now();
		now.mockImplementation(() => startedMs);
		await transfer(both);
		expect([both.heard.length, keeps()]).toEqual([1, []]);
		now.mockImplementation(() => startedMs + 5_000);
		vi.advanceTimersByTime(2_000);
		await vi.waitFor(() => expect(keeps()).toEqual([keepOf(1)]));
		now.mockRestore();
	});

	it('travel when a layer has stopped', async () => {
		const both = ends('BETA_GAMMA');
		await transfer(both);
		pending.push(keepOf(1));
		const heard = new Promise((resolve) => both.sending.events.once('acknowledged', resolve));
		await both.into.stop();
		await heard;
		expect(keeps()).toEqual([keepOf(1)]);
	});

	it.each<[string, unknown, number]>([
		['a text', 'keep everything', 1],
		['a list', [1, 2], 0],
		['entries that are none', { keep: [{ traceId: 7 }], released: [{}] }, 2],
		['too many entries', { keep: Array.from({ length: 1_030 }, (_, n) => keepOf(n)), released: [] }, 6],
	])('that are %s are counted and change nothing', async (_, traceVerdicts, refused) => {
		const both = ends('BETA_GAMMA');
		const messageOf = (payload: object) => ({ ...payload, traceVerdicts }) as never;
		const { send } = both.receiving.acks;
		both.receiving.acks.send = (message, payload) => send.call(both.receiving.acks, message, messageOf(payload));
		await transfer(both);
		expect(both.heard.map(({ status }) => status)).toEqual(['RECEIVED', 'PROCESSED']);
		const dropped = (await harness.metrics()).filter(({ name }) => name === DROPPED);
		expect(dropped.reduce((sum, { value }) => sum + Number(value), 0)).toBe(2 * refused);
		expect(keeps().length % 1_024).toBe(0);
	});
});
