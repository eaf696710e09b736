import { context, trace } from '@opentelemetry/api';
import { HttpDestination, LocalHttpSink } from '@pipeline/gamma';
import { systemRuntime } from '@pipeline/model';
import { parseTraceparent } from '@pipeline/telemetry-core/propagation';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { batchOf, destination, recordOf, SUCCESS, startModule } from './support/delivery.ts';
import { named, recordSpans, useTelemetry } from './support/telemetry.ts';

/** What an HTTP client's instrumentation does: a span in the active context. */
async function callLibrary() {
	await Promise.resolve();
	trace.getTracer('http-client').startSpan('POST', {}, context.active()).end();
	return SUCCESS;
}

describe('calls of destinations', () => {
	const telemetry = useTelemetry();

	it('carry spans of libraries under the attempt that they are for, also when several share a connection', async () => {
		const module = await startModule([destination('out', callLibrary)]);
		module.accept(batchOf('b1', recordOf('r1'), recordOf('r2'), recordOf('r3')));
		const { spans } = await telemetry.stop(module);
		const attempts = new Set(named(spans, 'gamma.delivery.attempt').map(({ spanId }) => spanId));
		const parents = named(spans, 'POST').map(({ parentSpanId }) => parentSpanId);
		expect(new Set(parents)).toEqual(attempts);
		expect(parents.length).toBe(3);
	});

	it('carry them under the call when it is for many records', async () => {
		const module = await startModule([destination('out', callLibrary, { maxBatchRecords: 10 })]);
		module.accept(batchOf('b1', recordOf('r1'), recordOf('r2'), recordOf('r3')));
		const { spans } = await telemetry.stop(module);
		const [call] = named(spans, 'gamma.delivery.send_batch');
		const shared = named(spans, 'POST').filter(({ parentSpanId }) => parentSpanId === call?.spanId);
		expect([call?.attributes['pipeline.record_count'], shared.length]).toEqual([2, 2]);
	});
});

describe('records of another process', () => {
	const telemetry = useTelemetry();

	it('go on where they come from', async () => {
		const module = await startModule([destination('out')]);
		const upstream = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
		module.accept(batchOf('b1', recordOf('r1', upstream)));
		const { spans } = await telemetry.stop(module);
		expect(new Set(recordSpans(spans).map(({ traceId }) => traceId))).toEqual(new Set([upstream.traceId]));
		expect(named(spans, 'gamma.record.deliver')[0]?.parentSpanId).toBe(upstream.spanId);
	});

	it('begin anew when their context is damaged, and say so', async () => {
		const module = await startModule([destination('out')]);
		module.accept(batchOf('b1', recordOf('r1', { traceId: 'damaged', spanId: 'b7ad6b7169203331' })));
		const { spans, metrics } = await telemetry.stop(module);
		expect(named(spans, 'gamma.record.deliver')[0]).toMatchObject({
			parentSpanId: undefined,
			attributes: { 'pipeline.context_origin': 'REGENERATED' },
		});
		expect(
			metrics
				.filter(({ name }) => name === 'pipeline.integration.context.counter.propagation_checks_total')
				.map(({ attributes }) => attributes),
		).toEqual([{ 'pipeline.boundary': 'BETA_GAMMA', 'pipeline.result': 'MALFORMED' }]);
	});
});

describe('trace context in outbound headers', () => {
	const telemetry = useTelemetry({ propagateTo: ['partner'] });
	const sink = new LocalHttpSink();
	beforeEach(() => sink.start());
	afterEach(() => sink.stop());

	it('reaches the destinations that asked for it, and no other', async () => {
		const runtime = systemRuntime();
		const ids = ['partner', 'stranger'];
		const module = await startModule(
			ids.map((id) => ({
				registration: destination(id).registration,
				adapter: new HttpDestination({ url: sink.url, headers: { 'x-destination': id } }, runtime),
			})),
		);
		module.accept(batchOf('b1', recordOf('r1', { baggage: { 'pipeline.tenant': 's3cret-value' } })));
		const { spans } = await telemetry.stop(module);
		const sent = new Map(sink.posts.map(({ headers }) => [headers['x-destination'], headers]));
		const [attempt] = named(spans, 'gamma.delivery.attempt').filter(
			({ attributes }) => attributes['pipeline.destination_id'] === 'partner',
		);
		expect(parseTraceparent(String(sent.get('partner')?.['traceparent']))).toMatchObject({
			traceId: attempt?.traceId,
			spanId: attempt?.spanId,
		});
		expect([sent.get('stranger')?.['traceparent'], sent.get('partner')?.['baggage']]).toEqual([undefined, undefined]);
		expect(attempt?.attributes).toMatchObject({
			'server.address': '127.0.0.1',
			'http.response.status_code': 200,
		});
	});
});
