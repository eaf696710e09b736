import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
	createTelemetryHarness,
	item,
	renderTree,
	type SpanView,
	type TelemetryHarness,
} from '../../../telemetry-testing/src/index.ts';
import {
	annotate,
	ENTRY_STAGE,
	installTelemetry,
	LEFT_OUT,
	recordFailure,
	type Stage,
	StageStatus,
	switchModule,
	telemetry,
	traceAsync,
	withSpan,
} from '../../src/index.ts';
import { recordCall } from '../../src/instrumentation/index.ts';
import { error as alphaError, span } from '../../src/registry/alpha/index.ts';
import { followed } from '../instrumentation/followed.ts';

const INGEST = span['alpha.record.ingest'];
const PARSE = span['alpha.parser.parse'];
const OPT_IN = 'OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN';

let harness: TelemetryHarness;
beforeEach(() => {
	harness = createTelemetryHarness();
});
afterEach(async () => {
	vi.unstubAllEnvs();
	switchModule(0, true);
	await harness.shutdown();
});

const named = (name: string): SpanView => harness.spans().find((one) => one.name === name) as SpanView;

/** Runs `work` inside the wrapped call about a record, which ends afterwards. */
function insideRecord<T>(work: () => T): T {
	const record = item({});
	const journal = telemetry.tracer.begin(INGEST, record);
	const result = followed(recordCall({ span: PARSE }), (_: object) => work())(record);
	const end = () => telemetry.tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
	if (result instanceof Promise) result.then(end, end);
	else end();
	return result;
}

describe('withSpan', () => {
	it('gives back what the call gives, with its receiver, and is active meanwhile', async () => {
		const self = {};
		const seen: unknown[] = [];
		const promise = Promise.resolve(1);
		const call = function (this: unknown, opened: unknown) {
			seen.push(this, trace.getActiveSpan() === opened);
			return promise;
		};
		expect(withSpan.call(self, 'team.step', { kind: 'CLIENT', attributes: { a: 1 } }, call)).toBe(promise);
		await promise;
		expect([seen[0] === self, seen[1], trace.getActiveSpan()]).toEqual([true, true, undefined]);
		const { kind, status, attributes } = named('team.step');
		expect([kind, status, attributes['a'], attributes['pipeline.namespace']]).toEqual([
			'CLIENT',
			'UNSET',
			1,
			'default',
		]);
	});

	it('ends with the call: at once, when its promise settles, when its generator is done', async () => {
		withSpan('sync', {}, () => 1);
		expect(harness.spans().map(({ name }) => name)).toEqual(['sync']);
		const { promise, resolve } = Promise.withResolvers<void>();
		const result = traceAsync('async', () => promise);
		expect(harness.spans()).toHaveLength(1);
		resolve();
		await result;
		expect(harness.spans()).toHaveLength(2);
		const items = withSpan('generator', {}, function* () {
			yield 1;
			yield 2;
		});
		expect([harness.spans().length, [...items], harness.spans().length]).toEqual([2, [1, 2], 3]);
	});

	it('does not touch what is no native promise', () => {
		let touched = 0;
		const lazy = Object.defineProperty({}, 'then', {
			get() {
				touched++;
				return undefined;
			},
		});
		expect(withSpan('lazy', {}, () => lazy)).toBe(lazy);
		expect(touched).toBe(0);
	});

	it('belongs under the record that is being worked on, over awaits and in each other', async () => {
		await insideRecord(() =>
			traceAsync('outer', async () => {
				withSpan('first', {}, () => undefined);
				await Promise.resolve();
				withSpan('second', {}, () => undefined);
			}),
		);
		expect(renderTree(harness.spans())).toBe(
			['alpha.record.ingest', '  alpha.parser.parse', '    outer', '      first', '      second'].join('\n'),
		);
	});

	it('belongs under the stage of a record that is named, and under the active span where there is no record', async () => {
		const record = item({});
		const journal = telemetry.tracer.begin(INGEST, record);
		await Promise.resolve();
		withSpan('named', { item: record }, () => withSpan('inner', { item: record }, () => undefined));
		withSpan('elsewhere', {}, () => withSpan('below', { item: {} }, () => undefined));
		telemetry.tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
		expect([named('named').parentSpanId, named('inner').parentSpanId, named('below').parentSpanId]).toEqual([
			named('alpha.record.ingest').spanId,
			named('named').spanId,
			named('elsewhere').spanId,
		]);
	});

	it('is nearer to a wrapped call inside it than the span around that', () => {
		insideRecord(() =>
			withSpan('outer', {}, () => {
				const { journal, stage } = telemetry.tracer.current;
				const carrier = item({});
				telemetry.tracer.attach(carrier, journal, stage);
				followed(recordCall({ span: span['alpha.validation.validate'] }), (_: object) =>
					withSpan('inner', {}, () => 1),
				)(carrier);
			}),
		);
		expect(named('inner').parentSpanId).toBe(named('alpha.validation.validate').spanId);
	});

	it('is nothing without an SDK, while instrumentation is off, and for a record that is left out', async () => {
		switchModule(0, false);
		expect(withSpan('off', {}, (opened) => opened.isRecording())).toBe(false);
		annotate({ a: 1 });
		recordFailure(new Error('x'));
		switchModule(0, true);
		const current = { journal: LEFT_OUT, stage: 0 as Stage };
		const uninstall = installTelemetry({ tracer: { ...telemetry.tracer, current } });
		expect(withSpan('left out', {}, (opened) => opened.isRecording())).toBe(false);
		uninstall();
		expect(harness.spans()).toEqual([]);
		await harness.shutdown();
		const failure = new Error('x');
		expect(() =>
			withSpan('none', {}, () => {
				annotate({ a: 1 });
				throw failure;
			}),
		).toThrow(failure);
		harness = createTelemetryHarness();
	});

	it('lets the call happen when telemetry itself fails', () => {
		const uninstall = installTelemetry({
			tracer: {
				...telemetry.tracer,
				current: {
					get journal(): never {
						throw new Error('broken');
					},
					stage: 0 as Stage,
				},
			},
		});
		expect(withSpan('broken', {}, () => 7)).toBe(7);
		annotate({ a: 1 });
		recordFailure(new Error('x'));
		uninstall();
	});
});

describe('an error', () => {
	it('is thrown on as it is, marks each span, and is told by the innermost, without its message', async () => {
		const failure = new TypeError('secret of the record');
		const outer = traceAsync('outer', () =>
			traceAsync('inner', async () => {
				throw failure;
			}),
		);
		await expect(outer).rejects.toBe(failure);
		expect([named('inner'), named('outer')].map(({ status, statusMessage }) => [status, statusMessage])).toEqual([
			['ERROR', 'TypeError'],
			['ERROR', 'TypeError'],
		]);
		expect(named('outer').events).toEqual([]);
		const [told] = named('inner').events;
		expect([told?.name, told?.attributes['exception.type']]).toEqual(['exception', 'TypeError']);
		expect(told?.attributes['exception.stacktrace']).toMatch(/^TypeError\n {4}at .*with-span\.test\.ts:\d+:\d+/);
		expect(JSON.stringify(harness.spans())).not.toContain('secret');
		expect(named('inner').attributes['error.type']).toBe('TypeError');
	});

	it('that is handled is told once, also when it is thrown on after all', () => {
		const failure = Object.assign(new Error('x'), { code: 'PARSE_999_UNKNOWN' });
		expect(() =>
			withSpan('step', {}, () => {
				recordFailure(failure);
				recordFailure(failure);
				throw failure;
			}),
		).toThrow(failure);
		const { events, statusMessage, attributes } = named('step');
		expect([events.length, statusMessage, attributes['error.type']]).toEqual([
			1,
			'PARSE_999_UNKNOWN',
			'PARSE_999_UNKNOWN',
		]);
		expect(attributes['pipeline.recoverability']).toBeDefined();
	});

	it('that several records meet is told by each of them', () => {
		const failure = new Error('shared');
		for (const name of ['a', 'b']) context.with(ROOT_CONTEXT, () => withSpan(name, {}, () => recordFailure(failure)));
		expect([named('a').events.length, named('b').events.length]).toEqual([1, 1]);
	});

	it.each([
		['logs', 0, 1],
		['logs/dup', 1, 1],
		['spans', 1, 0],
		['', 1, 0],
	])('with the opt-in %j has %d span events and %d log records', (optIn, spanEvents, logRecords) => {
		vi.stubEnv(OPT_IN, optIn);
		withSpan('step', {}, () => recordFailure(new RangeError('secret')));
		const records = harness.events().filter(({ name }) => name === 'exception');
		expect([named('step').events.length, records.length]).toEqual([spanEvents, logRecords]);
		for (const { severity, traceId, spanId, attributes } of records) {
			const { traceId: ofTrace, spanId: ofSpan } = named('step');
			expect([severity, traceId, spanId, attributes['exception.type']]).toEqual([
				'ERROR',
				ofTrace,
				ofSpan,
				'RangeError',
			]);
			expect(JSON.stringify(attributes)).not.toContain('secret');
		}
	});

	it('in a stage of a record is told with its code; one without a code is not', () => {
		insideRecord(() => recordFailure(new Error('x')));
		expect(named('alpha.parser.parse').status).toBe('UNSET');
		harness.clear();
		insideRecord(() => recordFailure(new Error('x'), alphaError.PARSE_001_INVALID_JSON));
		expect([named('alpha.parser.parse').status, named('alpha.parser.parse').events.length]).toEqual(['ERROR', 1]);
	});
});

describe('annotate', () => {
	it('writes to the span that is open here', () => {
		insideRecord(() => withSpan('step', {}, () => annotate({ 'team.size': 3, 'team.none': undefined })));
		expect(named('step').attributes['team.size']).toBe(3);
		expect(named('alpha.parser.parse').attributes['team.size']).toBeUndefined();
	});

	it('writes what the registry knows to the stage of a record', () => {
		insideRecord(() =>
			annotate({
				'pipeline.field_count': 12,
				'pipeline.strict_mode': true,
				'pipeline.parser': 'json',
				'pipeline.quality_flags': ['a', 'b'],
				'pipeline.flush_reason': 'a word that no registry knows',
				'pipeline.size_bytes': 'no number',
				'team.size': 3,
			}),
		);
		const { attributes } = named('alpha.parser.parse');
		expect(attributes).toMatchObject({
			'pipeline.field_count': 12,
			'pipeline.strict_mode': true,
			'pipeline.parser': 'json',
			'pipeline.quality_flags': ['a', 'b'],
		});
		for (const key of ['pipeline.flush_reason', 'pipeline.size_bytes', 'team.size'])
			expect(attributes).not.toHaveProperty([key]);
	});

	it('shows nothing that only audit may show', () => {
		withSpan('step', {}, () => annotate({ 'pipeline.new': 'secret', 'team.size': 1 }));
		expect(named('step').attributes).not.toHaveProperty(['pipeline.new']);
	});
});
