import { context, createContextKey, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTelemetryHarness, renderTree, type TelemetryHarness } from '../../../telemetry-testing/src/index.ts';
import { uninstallTelemetry } from '../../src/index.ts';
import { internalFailureCount, type WorkSpan, workCall } from '../../src/instrumentation/index.ts';
import { attribute, error, event, span, spanEvent } from '../../src/registry/alpha/index.ts';
import { deferred, followed } from './followed.ts';

const FETCH = span['alpha.adapter.fetch'];
const BATCH = span['alpha.batch.ingest'];
const PARENT = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
const SUPPRESSED = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

describe('workCall', () => {
	let harness: TelemetryHarness;
	beforeEach(() => {
		harness = createTelemetryHarness();
	});
	afterEach(() => harness.shutdown());

	it('tells a call in an active span, in order', async () => {
		const told: unknown[] = [];
		const self = {};
		const call = followed(
			workCall({
				span: FETCH,
				opened: (work: WorkSpan, first: string) =>
					told.push(['opened', first]) && work.set(attribute['pipeline.fetched'], 1),
				settled: (work, result: number) =>
					told.push(['settled', result]) && work.set(attribute['pipeline.returned'], result),
				after: (_work, seconds, result, first, second, receiver) =>
					told.push(['after', seconds >= 0, result, first, second, receiver === self]),
			}),
			async function (this: unknown, _first: string, _second: number) {
				await Promise.resolve();
				trace.getTracer('http').startSpan('GET').end();
				return 7;
			},
		);
		const promise = call.call(self, 'a', 2);
		expect(await promise).toBe(7);
		expect(told).toEqual([
			['opened', 'a'],
			['settled', 7],
			['after', true, 7, 'a', 2, true],
		]);
		expect(renderTree(harness.spans())).toBe('alpha.adapter.fetch\n  GET');
		expect(harness.spans().at(-1)).toMatchObject({
			name: 'alpha.adapter.fetch',
			kind: 'CLIENT',
			status: 'UNSET',
			attributes: {
				'pipeline.module': 'ALPHA',
				'pipeline.component': 'adapter',
				'pipeline.namespace': 'default',
				'pipeline.fetched': 1,
				'pipeline.returned': 7,
			},
		});
	});

	it.each([
		['the position that came with a message', () => PARENT, PARENT.traceId, PARENT.spanId],
		['nothing usable: the active span', () => undefined, 'active', 'active'],
		['a malformed position: the active span', () => ({ traceId: 'x', spanId: 'y' }), 'active', 'active'],
		['a trace of its own', () => 'root' as const, 'own', undefined],
	])('its parent is %s', (_, parent, expectedTrace, expectedParent) => {
		const outer = trace.getTracer('test').startSpan('outer');
		context.with(trace.setSpan(context.active(), outer), () => followed(workCall({ span: BATCH, parent }), () => 1)());
		const { traceId: outerTrace, spanId: outerSpan } = outer.spanContext();
		const [work] = harness.spans();
		const names = new Map([
			[outerTrace, 'active'],
			[outerSpan, 'active'],
			[PARENT.traceId, PARENT.traceId],
		]);
		expect([
			names.get(work?.traceId ?? '') ?? 'own',
			names.get(work?.parentSpanId ?? '') ?? work?.parentSpanId,
		]).toEqual([expectedTrace, expectedParent]);
	});

	it('says that long work began, under its span', async () => {
		const { promise, resolve } = deferred<void>();
		const started = event['pipeline.alpha.adapter.log.batch_started'];
		void followed(
			workCall({ span: BATCH, started: { event: started, detail: (id: string) => ({ batchId: id }) } }),
			(_: string) => promise,
		)('b1');
		expect(harness.spans()).toEqual([]);
		expect(harness.events()).toMatchObject([
			{ name: 'pipeline.alpha.adapter.log.batch_started', attributes: { 'pipeline.batch_id': 'b1' } },
		]);
		resolve();
		await promise;
		await Promise.resolve();
		const [[began], [ended]] = [harness.events(), harness.spans()];
		expect([began?.traceId, began?.spanId]).toEqual([ended?.traceId, ended?.spanId]);
	});

	it.each([
		[
			'throws',
			() => {
				throw new Error('no');
			},
		],
		['rejects', () => Promise.reject(new Error('no'))],
	])('a call that %s fails its span', async (_, original) => {
		const told: unknown[] = [];
		const plain = followed(workCall({ span: FETCH }), original as () => unknown);
		const coded = followed(
			workCall({
				span: FETCH,
				failed: (work, cause) => work.fail(error['CONN_001_NETWORK'], cause),
				after: (work, _seconds, result) => told.push(work.failed, result),
			}),
			original as () => unknown,
		);
		await expect((async () => plain())()).rejects.toThrow('no');
		await expect((async () => coded())()).rejects.toThrow('no');
		expect(told).toEqual([true, undefined]);
		expect(harness.spans().map(({ status, statusMessage, events }) => [status, statusMessage, events])).toEqual([
			['ERROR', undefined, []],
			[
				'ERROR',
				'CONN_001_NETWORK',
				[{ name: 'exception', attributes: { 'exception.type': 'Error', 'exception.message': 'CONN_001_NETWORK' } }],
			],
		]);
	});

	it('is not there while disabled or while telemetry is off', () => {
		const call = (enabled: boolean) => followed(workCall({ span: FETCH }), () => 1, { isEnabled: enabled })();
		expect(call(false)).toBe(1);
		uninstallTelemetry();
		expect(call(true)).toBe(1);
		expect(harness.spans()).toEqual([]);
	});

	it('makes no span where tracing is suppressed', () => {
		const suppressed = context.active().setValue(SUPPRESSED, true);
		expect(context.with(suppressed, () => followed(workCall({ span: FETCH }), () => 1)())).toBe(1);
		expect(harness.spans()).toEqual([]);
	});

	it.each(['parent', 'opened', 'settled', 'after'] as const)(
		'a fault in `%s` is counted and goes no further',
		(hook) => {
			const before = internalFailureCount();
			const call = workCall({
				span: FETCH,
				[hook]() {
					throw new Error('of telemetry');
				},
			});
			expect(followed(call, () => 'result')()).toBe('result');
			expect(internalFailureCount()).toBe(before + 1);
		},
	);
});

describe('WorkSpan', () => {
	let harness: TelemetryHarness;
	beforeEach(() => {
		harness = createTelemetryHarness();
	});
	afterEach(() => harness.shutdown());

	it('writes registry names only, and leaves out what is not there', () => {
		let position: unknown;
		const unknown = 999_999 as never;
		followed(
			workCall({
				span: FETCH,
				opened(work: WorkSpan) {
					work.set(attribute['pipeline.fetched'], undefined).set(unknown, 1);
					work.event(
						spanEvent['rate_limit.wait'],
						new Map([
							[attribute['pipeline.delay_ms'], 5],
							[unknown, 1],
						]),
					);
					work.event(spanEvent['rate_limit.wait']).event(unknown);
					work.fail(unknown);
					work.link('batch', undefined).link('batch', { traceId: 'x', spanId: 'y' }).link('job', PARENT);
					position = work.position();
				},
			}),
			() => 1,
		)();
		const [fetched] = harness.spans();
		expect(fetched).toMatchObject({
			status: 'UNSET',
			events: [
				{ name: 'rate_limit.wait', attributes: { 'pipeline.delay_ms': 5 } },
				{ name: 'rate_limit.wait', attributes: {} },
			],
			links: [{ type: 'job', traceId: PARENT.traceId, spanId: PARENT.spanId }],
		});
		expect(fetched?.attributes).not.toHaveProperty('pipeline.fetched');
		expect(position).toEqual({ traceId: fetched?.traceId, spanId: fetched?.spanId, traceFlags: 1 });
	});

	it('hands on the trace state it came with', () => {
		let position: unknown;
		followed(
			workCall({
				span: FETCH,
				parent: () => ({ ...PARENT, traceState: 'dp=k:1,a=b' }),
				opened: (work: WorkSpan) => (position = work.position()),
			}),
			() => 1,
		)();
		expect(position).toMatchObject({ traceId: PARENT.traceId, traceState: 'dp=k:1,a=b' });
	});
});
