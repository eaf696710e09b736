import { context as contextApi, createContextKey, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
	createTelemetryHarness,
	item,
	renderTree,
	type TelemetryHarness,
} from '../../../telemetry-testing/src/index.ts';
import { ENTRY_STAGE, LEFT_OUT, NO_JOURNAL, type RecordTracer, StageStatus, telemetry } from '../../src/index.ts';
import { internalFailureCount, recordCall } from '../../src/instrumentation/index.ts';
import { attribute, error, event, span } from '../../src/registry/alpha/index.ts';
import { deferred, followed } from './followed.ts';

type Item = ReturnType<typeof item<{ id: string }>>;

const INGEST = span['alpha.record.ingest'];
const PARSE = span['alpha.parser.parse'];
const VALIDATE = span['alpha.validation.validate'];

/** Ends a record that was begun at `INGEST`. */
function finish(record: object): void {
	const { tracer } = telemetry;
	const journal = tracer.journalOf(record);
	tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
	tracer.finish(journal, ENTRY_STAGE, 'DELIVERED', event['pipeline.alpha.trace.trace.completed']);
}

function begun(id = 'r'): Item {
	const record = item({ id });
	telemetry.tracer.begin(INGEST, record);
	return record;
}

describe('recordCall', () => {
	let harness: TelemetryHarness;
	beforeEach(() => {
		harness = createTelemetryHarness();
	});
	afterEach(() => harness.shutdown());

	const tree = () => renderTree(harness.spans());
	const statuses = () => Object.fromEntries(harness.spans().map(({ name, status }) => [name, status]));

	it('tells a call: begins the journal, annotates, measures, and passes this, arguments and result on', () => {
		const told: unknown[] = [];
		const parse = followed(
			recordCall({
				span: PARSE,
				begin: (tracer: RecordTracer, record: Item) => void tracer.begin(INGEST, record),
				settled(tracer, journal, stage, result: string, _record: Item, second: number, self: object) {
					tracer.setNumber(journal, stage, attribute['pipeline.field_count'], second);
					told.push(['settled', result, self]);
				},
				after(_tracer, _journal, _stage, seconds, result, _record, second, self) {
					told.push(['after', seconds >= 0, result, second, self]);
				},
			}),
			function (this: unknown, record: Item, count: number, third: string) {
				return [this, record.id, count, third].length === 4 ? record.id : '';
			},
		);
		const self = { parse };
		const record = item({ id: 'r1' });
		expect(self.parse(record, 12, 'x')).toBe('r1');
		finish(record);
		expect(told).toEqual([
			['settled', 'r1', self],
			['after', true, 'r1', 12, self],
		]);
		expect(tree()).toBe('alpha.record.ingest\n  alpha.parser.parse');
		expect(harness.spans()[0]?.attributes['pipeline.field_count']).toBe(12);
	});

	it('annotates only records that are followed; failures and what comes after are told of all', () => {
		const told: string[] = [];
		const wrap = recordCall({
			span: PARSE,
			settled: () => void told.push('settled'),
			failed: () => void told.push('failed'),
			after: () => void told.push('after'),
		});
		const leftOut = item({ id: 'r' });
		telemetry.tracer.attach(leftOut, LEFT_OUT, ENTRY_STAGE);
		for (const record of [begun(), item({ id: 'unknown' }), leftOut]) followed(wrap, (_: Item) => 1)(record);
		const fail = followed(wrap, (_: Item) => {
			throw new Error('x');
		});
		expect(() => fail(item({ id: 'unknown' }))).toThrow('x');
		expect(told).toEqual(['settled', 'after', 'after', 'after', 'failed', 'after']);
	});

	it('runs a remote call in the context that it asks for, followed or not', () => {
		const KEY = createContextKey('asked');
		const call = followed(
			recordCall({ span: PARSE, remote: (active, record: Item) => active.setValue(KEY, record.id) }),
			(_: Item) => [contextApi.active().getValue(KEY), trace.getSpanContext(contextApi.active())?.traceId],
		);
		expect(call(item({ id: 'unknown' }))).toEqual(['unknown', undefined]);
		const record = begun();
		const [id, traceId] = call(record);
		finish(record);
		expect([id, traceId]).toEqual(['r', harness.spans()[0]?.traceId]);
	});

	it('ends the stage when the promise settles, and returns that promise', async () => {
		const { promise, resolve } = deferred<string>();
		const record = begun();
		const call = followed(recordCall({ span: PARSE }), (_: Item) => promise);
		expect(call(record)).toBe(promise);
		expect(harness.spans()).toEqual([]);
		resolve('done');
		await promise;
		finish(record);
		expect(tree()).toBe('alpha.record.ingest\n  alpha.parser.parse');
	});

	it.each([
		[
			'throws',
			(thrown: Error) => () => {
				throw thrown;
			},
		],
		['rejects', (thrown: Error) => () => Promise.reject(thrown)],
	])('a call that %s fails its stage and tells no result', async (_, make) => {
		const thrown = new Error('no');
		const told: unknown[] = [];
		const call = followed(
			recordCall({
				span: PARSE,
				failed(tracer, journal, stage, cause) {
					tracer.fail(journal, stage, error['PARSE_999_UNKNOWN'], cause);
					told.push(cause === thrown);
				},
				after: (_tracer, _journal, _stage, _seconds, result) => told.push(result),
			}),
			make(thrown) as (record: Item) => unknown,
		);
		const record = begun();
		await expect((async () => call(record))()).rejects.toBe(thrown);
		finish(record);
		expect(told).toEqual([true, undefined]);
		expect(harness.spans()[0]).toMatchObject({
			name: 'alpha.parser.parse',
			status: 'ERROR',
			statusMessage: 'PARSE_999_UNKNOWN',
		});
	});

	it('without `failed` the stage just ends with ERROR', () => {
		const record = begun();
		const call = followed(recordCall({ span: PARSE }), (_: Item) => {
			throw new Error('no');
		});
		expect(() => call(record)).toThrow('no');
		finish(record);
		expect(statuses()).toEqual({ 'alpha.parser.parse': 'ERROR', 'alpha.record.ingest': 'UNSET' });
	});

	it('a call inside a call about the same record belongs under it, one after it beside it', () => {
		const record = begun();
		const inner = followed(recordCall({ span: VALIDATE }), (_: Item) => 1);
		const outer = followed(recordCall({ span: PARSE }), (given: Item) => inner(given));
		outer(record);
		inner(record);
		finish(record);
		expect(tree()).toBe(
			[
				'alpha.record.ingest',
				'  alpha.parser.parse',
				'    alpha.validation.validate',
				'  alpha.validation.validate',
			].join('\n'),
		);
	});

	it('finds its record by the ambient position when its arguments carry none', () => {
		const record = begun();
		const inner = followed(recordCall({ span: VALIDATE }), (_: unknown) => telemetry.tracer.current.journal);
		const outer = followed(recordCall({ span: PARSE }), (_: Item) => [
			inner('text'),
			inner(Object.freeze({})),
			inner(null),
		]);
		const journal = telemetry.tracer.journalOf(record);
		expect(outer(record)).toEqual([journal, journal, journal]);
		expect(telemetry.tracer.current.journal).toBe(NO_JOURNAL);
		finish(record);
		expect(tree().match(/ {4}alpha\.validation\.validate/g)).toHaveLength(3);
	});

	it('the ambient position ends when the call returns or throws, not when its promise settles', async () => {
		const record = begun();
		const { promise, resolve } = deferred<void>();
		void followed(recordCall({ span: PARSE }), (_: Item) => promise)(record);
		expect(telemetry.tracer.current).toEqual({ journal: NO_JOURNAL, stage: ENTRY_STAGE });
		const failing = followed(recordCall({ span: PARSE }), (_: Item) => {
			throw new Error('no');
		});
		expect(() => failing(record)).toThrow();
		expect(telemetry.tracer.current).toEqual({ journal: NO_JOURNAL, stage: ENTRY_STAGE });
		resolve();
		await promise;
		finish(record);
	});

	it('a call about another record inside a call belongs to the other record', () => {
		const [one, other] = [begun('one'), begun('other')];
		const inner = followed(recordCall({ span: VALIDATE }), (_: Item) => 1);
		followed(recordCall({ span: PARSE }), (_: Item) => inner(other))(one);
		finish(one);
		finish(other);
		const traces = Map.groupBy(harness.spans(), ({ traceId }) => traceId);
		expect([...traces.values()].map((spans) => renderTree(spans))).toEqual([
			'alpha.record.ingest\n  alpha.validation.validate',
			'alpha.record.ingest\n  alpha.parser.parse',
		]);
	});

	it('reads the item from elsewhere than the first argument', () => {
		const record = begun();
		followed(
			recordCall({ span: PARSE, item: (_first: string, second: Item) => second }),
			(_first: string, _second: Item) => 1,
		)('x', record);
		finish(record);
		expect(tree()).toBe('alpha.record.ingest\n  alpha.parser.parse');
	});

	it('times calls about records that nobody follows', () => {
		const seconds: number[] = [];
		const call = followed(
			recordCall({ span: PARSE, after: (_tracer, journal, _stage, took) => seconds.push(journal, took) }),
			(_: object) => 'result',
		);
		expect(call({})).toBe('result');
		expect(seconds[0]).toBe(NO_JOURNAL);
		expect(seconds[1]).toBeGreaterThanOrEqual(0);
		expect(harness.spans()).toEqual([]);
	});

	it('calls straight through while it is disabled', () => {
		const record = begun();
		const call = followed(recordCall({ span: PARSE, after: () => expect.unreachable() }), (_: Item) => 7, {
			isEnabled: false,
		});
		expect(call(record)).toBe(7);
		finish(record);
		expect(tree()).toBe('alpha.record.ingest');
	});

	it.each(['begin', 'item', 'settled', 'after'] as const)('a fault in `%s` is counted and goes no further', (hook) => {
		const before = internalFailureCount();
		const record = begun();
		const call = followed(
			recordCall({
				span: PARSE,
				[hook]() {
					throw new Error('of telemetry');
				},
			}),
			(_: Item) => 'result',
		);
		expect(call(record)).toBe('result');
		expect(internalFailureCount()).toBe(before + 1);
		finish(record);
		expect(harness.spans().at(-1)?.name).toBe('alpha.record.ingest');
	});
});
