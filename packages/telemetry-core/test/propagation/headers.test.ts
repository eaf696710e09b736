import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import {
	extractHeaders,
	type HeaderSource,
	injectHeaders,
	type TraceFields,
	WarnLimiter,
} from '../../src/propagation/index.ts';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN_ID = '00f067aa0ba902b7';
const traceparent = `00-${TRACE_ID}-${SPAN_ID}-03`;
const ids = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 3 };

let lines: string[];
let warnings: WarnLimiter;
beforeEach(() => {
	lines = [];
	warnings = new WarnLimiter({ now: () => 0, warn: (line) => lines.push(line) });
});

describe('extractHeaders', () => {
	it('reads all three headers from a record in any case, and joins repeated ones', () => {
		const headers = { TraceParent: traceparent, tracestate: ['dp=k:1', 'ot=th:8'], Baggage: 'a=1', BAGGAGE: 'b=2;p' };
		expect(extractHeaders(headers, 's', warnings)).toEqual({
			status: 'COMPLETE',
			fields: { ...ids, traceState: 'dp=k:1,ot=th:8', baggage: { a: '1', b: '2', 'b;': 'p' } },
		});
		expect(lines).toEqual([]);
	});

	it('reads through a function', () => {
		const headers = new Headers({ Traceparent: traceparent });
		expect(extractHeaders((name) => headers.get(name), 's', warnings)).toEqual({ status: 'COMPLETE', fields: ids });
	});

	it('finds nothing: ABSENT, with the baggage, without a warning', () => {
		expect(extractHeaders({ tracestate: 'a=1', baggage: 'a=1', other: 'x' }, 's', warnings)).toEqual({
			status: 'ABSENT',
			fields: { baggage: { a: '1' } },
		});
		expect(lines).toEqual([]);
	});

	it('keeps the ids when only the tracestate is malformed', () => {
		expect(extractHeaders({ traceparent, tracestate: 'A=1' }, 's', warnings)).toEqual({
			status: 'COMPLETE',
			fields: ids,
		});
		expect(lines).toEqual(['malformed tracestate was discarded [source s]']);
	});

	it.each<[string, HeaderSource]>([
		['two names that differ in case', { traceparent, Traceparent: traceparent }],
		['an equal one repeated', { traceparent: [traceparent, traceparent] }],
		['an empty one', { traceparent: '' }],
		['a number', { traceparent: 7 } as never],
		['a list of numbers', { traceparent: [7] } as never],
		[
			'a getter that throws',
			{
				get traceparent(): string {
					throw new Error('no');
				},
			},
		],
		[
			'a function that throws',
			() => {
				throw new Error('no');
			},
		],
		['no object at all', null as never],
		[
			'a proxy that throws',
			new Proxy(
				{},
				{
					ownKeys() {
						throw new Error('no');
					},
				},
			),
		],
	])('is MALFORMED and warns once for %s', (_, headers) => {
		expect(extractHeaders(headers, 's', warnings)).toEqual({ status: 'MALFORMED', fields: {} });
		extractHeaders(headers, 's', warnings);
		expect(lines).toHaveLength(1);
	});

	it('does not look at a polluted prototype', () => {
		const polluted = Object.create({ traceparent });
		expect(extractHeaders(polluted, 's', warnings).status).toBe('ABSENT');
	});

	it('never throws, and a second pass through headers changes nothing', () => {
		const text = fc.oneof(fc.string(), fc.constantFrom(traceparent, 'a=1,b=2', 'x=1;y', '%'));
		const header = fc.oneof(text, fc.array(text, { maxLength: 3 }));
		fc.assert(
			fc.property(
				fc.record({ traceparent: header, tracestate: header, baggage: header }, { requiredKeys: [] }),
				(headers) => {
					const first = extractHeaders(headers, 's', warnings);
					const written: Record<string, string> = {};
					injectHeaders(first.fields, written);
					expect(extractHeaders(written, 's', warnings).fields).toEqual(first.fields);
				},
			),
			{ numRuns: 500 },
		);
	});
});

describe('injectHeaders', () => {
	const fields: TraceFields = {
		...ids,
		traceState: 'dp=k:1',
		baggage: { 'pipeline.namespace': 'n', 'pipeline.namespace;': 'p', other: 'ö' },
	};

	it('replaces stale headers in any case', () => {
		const headers: Record<string, unknown> = {
			TraceParent: 'old',
			TRACESTATE: 'old=1',
			Baggage: 'old=1',
			accept: '*/*',
		};
		injectHeaders({ ...ids, baggage: {} }, headers);
		expect(headers).toEqual({ accept: '*/*', traceparent });
		injectHeaders(fields, headers);
		expect(headers).toEqual({
			accept: '*/*',
			traceparent,
			tracestate: 'dp=k:1',
			baggage: 'pipeline.namespace=n;p,other=%C3%B6',
		});
	});

	it('writes no unknown flag bits and only allowed baggage', () => {
		const written: [string, string][] = [];
		injectHeaders({ ...fields, traceFlags: 0xfd }, (name, value) => written.push([name, value]), {
			baggageKeys: ['pipeline.namespace'],
		});
		expect(written).toEqual([
			['traceparent', `00-${TRACE_ID}-${SPAN_ID}-01`],
			['tracestate', 'dp=k:1'],
			['baggage', 'pipeline.namespace=n;p'],
		]);
	});

	it.each([
		{},
		{ traceId: TRACE_ID },
		{ traceId: '0'.repeat(32), spanId: SPAN_ID },
		{ traceId: TRACE_ID, spanId: 'X' },
	])('leaves the sink alone without ids: %j', (incomplete) => {
		const headers = { traceparent: 'theirs', tracestate: 'theirs=1' };
		injectHeaders({ traceState: 'ours=1', ...incomplete }, headers);
		expect(headers).toEqual({ traceparent: 'theirs', tracestate: 'theirs=1' });
	});
});
