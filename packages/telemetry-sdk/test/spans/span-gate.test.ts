import { type Context, ROOT_CONTEXT, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import {
	InMemorySpanExporter,
	type ReadableSpan,
	SimpleSpanProcessor,
	type SpanProcessor,
	TracerProvider,
} from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { withRecordCall } from '../../src/recorder/record-call.ts';
import { HeldSpans } from '../../src/spans/held-spans.ts';
import { SpanGate } from '../../src/spans/span-gate.ts';

const TRACE = 'a'.repeat(32);
const OTHER_TRACE = 'b'.repeat(32);

function fail(): never {
	throw new Error('a processor that throws');
}

/** A gate in a real provider, with a clock that stands still unless it is moved. */
function gated({ perSecond = 100, onEnd = () => {} }: { perSecond?: number; onEnd?: () => void } = {}) {
	const clock = { ms: 0 };
	const lost: [reason: string, spans: number][] = [];
	const ended: ReadableSpan[] = [];
	const memory = new InMemorySpanExporter();
	const listener: SpanProcessor = {
		onStart() {},
		onEnd(span) {
			ended.push(span);
			onEnd();
		},
		forceFlush: async () => {},
		shutdown: async () => {},
	};
	const gate = new SpanGate({
		attributes: { 'pipeline.mode': 'prod' },
		next: [listener, new SimpleSpanProcessor({ exporter: memory })],
		onLost: (reason, spans) => void lost.push([reason, spans]),
		spansPerSecond: perSecond,
		now: () => clock.ms,
	});
	const tracer = new TracerProvider({ sampler: gate, spanProcessors: [gate] }).getTracer('test');
	const names = () => memory.getFinishedSpans().map(({ name }) => name);
	return { gate, tracer, clock, lost, ended, names, spans: () => memory.getFinishedSpans() };
}

/** The context of a record's call. */
function calling(journal: number, traceFlags: number = TraceFlags.NONE, traceId = TRACE): Context {
	const parent = trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: '1'.repeat(16), traceFlags });
	return withRecordCall(parent, { traceId, journal });
}

describe('spans outside of records', () => {
	it('are exported up to a number in a second, later ones when time has passed', () => {
		const { tracer, clock, lost, names } = gated({ perSecond: 2 });
		for (const name of ['1', '2', 'too much']) tracer.startSpan(name, {}, ROOT_CONTEXT).end();
		clock.ms = 499;
		tracer.startSpan('still too much', {}, ROOT_CONTEXT).end();
		clock.ms = 500;
		tracer.startSpan('3', {}, ROOT_CONTEXT).end();
		expect(names()).toEqual(['1', '2', '3']);
		expect(lost).toEqual([
			['RATE_LIMITED', 1],
			['RATE_LIMITED', 1],
		]);
	});

	it('are exported beyond it when they failed, and none below one that was too much', () => {
		const { tracer, lost, names } = gated({ perSecond: 0 });
		const failed = tracer.startSpan('failed', {}, ROOT_CONTEXT);
		tracer.startSpan('below', {}, trace.setSpan(ROOT_CONTEXT, failed)).end();
		failed.setStatus({ code: SpanStatusCode.ERROR }).end();
		expect(names()).toEqual(['failed']);
		expect(lost).toEqual([['RATE_LIMITED', 1]]);
	});

	it('follow the decision of a trace that came from elsewhere', () => {
		const { tracer, lost, names } = gated();
		const remote = (traceFlags: number) =>
			trace.setSpanContext(ROOT_CONTEXT, { traceId: TRACE, spanId: '1'.repeat(16), traceFlags, isRemote: true });
		tracer.startSpan('unsampled', {}, remote(TraceFlags.NONE)).end();
		tracer.startSpan('sampled', {}, remote(TraceFlags.SAMPLED)).end();
		expect([names(), lost]).toEqual([['sampled'], []]);
	});
});

describe('spans inside a call of a record', () => {
	it('end once for every processor, as sampled ones or not', () => {
		const { gate, tracer, ended, names } = gated();
		for (const journal of [1, 2]) tracer.startSpan(`of ${journal}`, {}, calling(journal)).end();
		expect([gate.waiting, ended]).toEqual([2, []]);
		gate.decide(1, false);
		gate.decide(2, true);
		expect(ended.map((span) => [span.name, span.spanContext().traceFlags, span.attributes])).toEqual([
			['of 1', 0, { 'pipeline.mode': 'prod' }],
			['of 2', 1, { 'pipeline.mode': 'prod' }],
		]);
		expect([gate.waiting, names()]).toEqual([0, ['of 2']]);
	});

	it('are no part of the number in a second', () => {
		const { tracer, names } = gated({ perSecond: 0 });
		tracer.startSpan('of a sampled record', {}, calling(1, TraceFlags.SAMPLED)).end();
		expect(names()).toEqual(['of a sampled record']);
	});

	it('are not those that begin a trace of their own there', () => {
		const { gate, tracer, names } = gated();
		tracer.startSpan('root', { root: true }, calling(1)).end();
		const other = trace.setSpanContext(calling(1), { traceId: OTHER_TRACE, spanId: '2'.repeat(16), traceFlags: 1 });
		tracer.startSpan('another trace', {}, other).end();
		expect([gate.waiting, names()]).toEqual([0, ['root', 'another trace']]);
	});

	it('change neither the span nor its context', () => {
		const { gate, tracer, spans } = gated();
		const span = tracer.startSpan('span', {}, calling(1));
		const before = span.spanContext();
		Object.freeze(before);
		span.end();
		gate.decide(1, true);
		expect([before.traceFlags, spans()[0]?.spanContext().traceFlags]).toEqual([0, 1]);
		expect(spans()[0]?.spanContext().traceState?.serialize()).toBe('dp=k:1');
	});

	it('reach the other processors though one of them throws', () => {
		const { gate, tracer, ended, names } = gated({ onEnd: () => fail() });
		for (const name of ['1', '2']) tracer.startSpan(name, {}, calling(1)).end();
		gate.decide(1, true);
		expect([ended.length, names()]).toEqual([2, ['1', '2']]);
	});

	it('lose the threshold of a ratio that had left their record out', () => {
		const { gate, tracer, spans } = gated();
		const traceState = { serialize: () => 'ot=th:8;rv:1234567890abcd,other=1' } as never;
		const parent = { traceId: TRACE, spanId: '1'.repeat(16), traceFlags: 0, traceState };
		tracer.startSpan('span', {}, trace.setSpanContext(calling(1), parent)).end();
		gate.decide(1, true);
		expect(spans()[0]?.spanContext().traceState?.serialize()).toBe('dp=k:1,ot=rv:1234567890abcd,other=1');
	});

	it('are counted when the process ends before they are decided', async () => {
		const { gate, tracer, lost } = gated();
		tracer.startSpan('span', {}, calling(1)).end();
		await gate.shutdown();
		expect(lost).toEqual([['SHUTDOWN', 1]]);
	});
});

describe('HeldSpans', () => {
	const span = {} as ReadableSpan;

	function held(limits: { maxRecords?: number; maxSpansOfRecord?: number; maxSpans?: number; maxAgeMs?: number }) {
		const clock = { ms: 0 };
		const fates: boolean[] = [];
		let lost = 0;
		const buffer = new HeldSpans({
			onFate: (_, isKept) => void fates.push(isKept),
			onLost: (spans) => {
				lost += spans;
			},
			now: () => clock.ms,
			...limits,
		});
		const add = (journal: number) => {
			if (!buffer.admit(journal)) return false;
			const record = buffer.recordOf(journal);
			if (record !== undefined) buffer.add(record, span);
			return true;
		};
		return { buffer, clock, fates, add, lost: () => lost };
	}

	it('takes so many spans of a record and no more', () => {
		const { add, lost } = held({ maxSpansOfRecord: 2 });
		expect([add(1), add(1), add(1), add(2)]).toEqual([true, true, false, true]);
		expect(lost()).toBe(1);
	});

	it('takes spans of so many records; of one more, and the oldest is given up', () => {
		const { buffer, add, fates, lost } = held({ maxRecords: 2 });
		for (const journal of [1, 2, 1]) add(journal);
		expect([buffer.size, lost()]).toEqual([3, 0]);
		add(3);
		expect([buffer.size, fates, lost()]).toEqual([2, [false, false], 2]);
	});

	it('takes so many spans of all; one more, and the oldest record is given up', () => {
		const { buffer, add, fates, lost } = held({ maxSpans: 3 });
		for (const journal of [1, 1, 2]) add(journal);
		expect([buffer.size, lost()]).toEqual([3, 0]);
		add(2);
		expect([buffer.size, fates, lost()]).toEqual([2, [false, false], 2]);
	});

	it('gives up the record itself when there is no other', () => {
		const { buffer, add, fates, lost } = held({ maxSpans: 1 });
		for (const journal of [1, 1]) add(journal);
		expect([buffer.size, fates, lost()]).toEqual([0, [false, false], 2]);
	});

	it('gives up what has waited too long', () => {
		const { buffer, clock, add, fates, lost } = held({ maxAgeMs: 1_000 });
		add(1);
		clock.ms = 999;
		add(2);
		expect(buffer.size).toBe(2);
		clock.ms = 1_000;
		add(3);
		expect([buffer.size, fates, lost()]).toEqual([2, [false], 1]);
		buffer.decide(1, true);
		expect(fates).toEqual([false]);
	});

	it('decides a record once', () => {
		const { buffer, add, fates } = held({});
		add(1);
		buffer.decide(1, true);
		buffer.decide(1, false);
		expect(fates).toEqual([true]);
	});
});
