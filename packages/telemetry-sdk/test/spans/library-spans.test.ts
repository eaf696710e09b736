import type http from 'node:http';
import { createRequire } from 'node:module';
import { context, logs, metrics, propagation, SpanStatusCode, trace } from '@opentelemetry/api';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { ENTRY_STAGE, StageStatus, telemetry } from '@pipeline/telemetry-core';
import { event, span } from '@pipeline/telemetry-core/gamma';
import { afterEach, describe, expect, it } from 'vitest';
import { TelemetryProvider, type TelemetryProviderOptions } from '../../src/provider/telemetry-provider.ts';
import { HttpSink } from '../export/http-sink.ts';
import { type ReceivedSpan, receivedSpans } from './received-spans.ts';

const { ERROR, UNSET } = StageStatus;
const SAMPLED = 1;
const MANDATORY = {
	'pipeline.namespace': 'flights',
	'pipeline.product.name': 'birds',
	'pipeline.product.version': '1.2.3',
	'pipeline.mode': 'prod',
};

const instrumentation = new HttpInstrumentation({ disableIncomingRequestInstrumentation: true });
const destination = await HttpSink.start();
const cleanUp: (() => Promise<unknown>)[] = [];

async function start(options: TelemetryProviderOptions = {}) {
	const sink = await HttpSink.start();
	const provider = new TelemetryProvider({
		profile: 'dev',
		mode: 'prod',
		ratio: 0,
		env: {},
		namespace: 'flights',
		productName: 'birds',
		productVersion: '1.2.3',
		otlp: { endpoint: sink.origin },
		instrumentations: [instrumentation],
		...options,
	});
	expect(await provider.start()).toBe(true);
	cleanUp.push(async () => {
		await provider.shutdown();
		await sink.close();
	});
	// Loaded now, so that the instrumentation sees it.
	const client = createRequire(import.meta.url)('node:http') as typeof http;
	const get = () =>
		new Promise<void>((resolve, reject) => {
			client.get(destination.origin, (response) => response.resume().on('end', () => resolve())).on('error', reject);
		});
	const spans = async () => {
		expect(await provider.forceFlush()).toBe(true);
		return receivedSpans(sink.received);
	};
	return { provider, get, spans };
}

/** A record that is delivered by one call. */
async function deliver(call: () => Promise<void>, status: StageStatus): Promise<void> {
	const { tracer } = telemetry;
	const journal = tracer.begin(span['gamma.record.deliver'], {});
	const attempt = tracer.enter(journal, span['gamma.delivery.attempt'], ENTRY_STAGE);
	await tracer.run(journal, attempt, call);
	tracer.exit(journal, attempt, status);
	tracer.exit(journal, ENTRY_STAGE, UNSET);
	tracer.finish(journal, ENTRY_STAGE, 'DELIVERED', event['pipeline.gamma.trace.trace.completed']);
}

const ofClient = (spans: readonly ReceivedSpan[]) => spans.filter(({ name }) => name === 'GET');

afterEach(async () => {
	for (const clean of cleanUp.splice(0)) await clean();
	for (const api of [context, logs, metrics, propagation, trace]) api.disable();
});

describe('spans of libraries inside a call of a record', () => {
	it('are exported under their stage when the record is kept for its failure, and not when it is not', async () => {
		const { get, spans } = await start();
		await deliver(get, UNSET);
		await deliver(get, ERROR);
		await deliver(get, UNSET);
		const received = await spans();
		const [attempt] = received.filter(({ name }) => name === 'gamma.delivery.attempt');
		const [request, ...more] = ofClient(received);
		expect(more).toEqual([]);
		expect(request).toMatchObject({
			traceId: attempt?.traceId,
			parentSpanId: attempt?.spanId,
			traceState: 'dp=k:1',
			attributes: { ...MANDATORY, 'http.request.method': 'GET' },
		});
		expect((request as ReceivedSpan).flags & SAMPLED).toBe(SAMPLED);
		expect(received.map(({ traceId }) => traceId)).toEqual(received.map(() => attempt?.traceId));
	});

	it('are exported with the threshold of the ratio when that keeps the record', async () => {
		const { get, spans } = await start({ ratio: 1 });
		await deliver(get, UNSET);
		const received = await spans();
		const attempt = received.find(({ name }) => name === 'gamma.delivery.attempt');
		expect(ofClient(received)).toMatchObject([{ traceState: 'ot=th:0', parentSpanId: attempt?.spanId }]);
	});

	it('are followed below spans of their own, and after the record has ended', async () => {
		const { get, spans } = await start();
		const late = Promise.withResolvers<void>();
		const work = async () => {
			const tracer = trace.getTracer('library');
			const outer = tracer.startSpan('outer');
			await context.with(trace.setSpan(context.active(), outer), get);
			void late.promise.then(() => outer.end());
		};
		await deliver(work, ERROR);
		await spans();
		late.resolve();
		await late.promise;
		const received = await spans();
		const outer = received.find(({ name }) => name === 'outer');
		expect(ofClient(received)).toMatchObject([{ parentSpanId: outer?.spanId, traceState: 'dp=k:1' }]);
	});

	it('wait for the verdict of a record that has left the process', async () => {
		const { get, spans } = await start();
		const { tracer } = telemetry;
		const traceIds = await Promise.all(
			['kept', 'released'].map(async (batchId) => {
				const journal = tracer.begin(span['gamma.record.deliver'], {});
				const { traceId = '' } = tracer.inject(journal, ENTRY_STAGE, {});
				await tracer.run(journal, ENTRY_STAGE, get);
				tracer.exit(journal, ENTRY_STAGE, UNSET);
				tracer.park(journal, batchId);
				return traceId;
			}),
		);
		expect(await spans()).toEqual([]);
		tracer.applyVerdicts({ keep: [{ traceId: traceIds[0] as string, reason: 'ERROR' }], released: ['released'] });
		expect(ofClient(await spans()).map(({ traceId }) => traceId)).toEqual([traceIds[0]]);
	});
});

describe('every exported span', () => {
	it('has namespace, product and mode: of records, of work, of libraries, whatever they write themselves', async () => {
		const { get, spans } = await start();
		await deliver(get, ERROR);
		await get();
		const tracer = trace.getTracer('library');
		const crowded = tracer.startSpan('crowded', {
			attributes: Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`key.${index}`, index])),
		});
		crowded.setStatus({ code: SpanStatusCode.ERROR }).end();
		tracer.startSpan('own').setAttributes({ 'pipeline.namespace': 'another', 'pipeline.mode': 'dev' }).end();
		const received = await spans();
		expect(new Set(received.map(({ name }) => name))).toEqual(
			new Set(['gamma.record.deliver', 'gamma.delivery.attempt', 'GET', 'crowded', 'own']),
		);
		for (const { attributes } of received) expect(attributes).toMatchObject(MANDATORY);
	});
});
