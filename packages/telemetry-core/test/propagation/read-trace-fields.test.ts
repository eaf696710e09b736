import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { readTraceFields, type TraceFields, WarnLimiter } from '../../src/propagation/index.ts';

const whole: TraceFields = {
	traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
	spanId: '00f067aa0ba902b7',
	parentSpanId: '00f067aa0ba902b8',
	traceFlags: 255,
	traceState: 'dp=k:1',
	baggage: { 'pipeline.mode': 'dev', a: '1', 'a;': 'p' },
};

let lines: string[];
let warnings: WarnLimiter;
beforeEach(() => {
	lines = [];
	warnings = new WarnLimiter({ now: () => 0, warn: (line) => lines.push(line) });
});

describe('readTraceFields', () => {
	it('takes what is well formed, in a new object', () => {
		const input = { ...whole, recordId: 'r' };
		const { status, fields } = readTraceFields(input, 's', warnings);
		expect({ status, fields }).toEqual({ status: 'COMPLETE', fields: whole });
		expect(fields.baggage).not.toBe(input.baggage);
		expect(lines).toEqual([]);
	});

	it('survives JSON', () => {
		expect(readTraceFields(JSON.parse(JSON.stringify(whole)), 's', warnings).fields).toEqual(whole);
	});

	it.each([undefined, null, {}, { traceId: null, spanId: undefined }, { traceState: 'a=1' }])(
		'%j is ABSENT',
		(value) => {
			expect(readTraceFields(value, 's', warnings)).toEqual({ status: 'ABSENT', fields: {} });
			expect(lines).toEqual([]);
		},
	);

	it.each<[string, unknown]>([
		['text', 'x'],
		['a span id alone', { spanId: whole.spanId }],
		['a trace id alone', { traceId: whole.traceId }],
		['upper case', { ...whole, traceId: whole.traceId?.toUpperCase() }],
		['a trace id of zeros', { ...whole, traceId: '0'.repeat(32) }],
		['a trace id that only looks like text', { ...whole, traceId: { toString: () => whole.traceId, length: 32 } }],
		['flags of 256', { ...whole, traceFlags: 256 }],
		['flags of -1', { ...whole, traceFlags: -1 }],
		['flags of 0.5', { ...whole, traceFlags: 0.5 }],
		['flags as text', { ...whole, traceFlags: '1' }],
	])('%s is MALFORMED, keeps baggage and warns', (_, value) => {
		const result = readTraceFields(value, 's', warnings);
		expect(result.status).toBe('MALFORMED');
		expect(Object.keys(result.fields)).toEqual(
			typeof value === 'object' && value !== null && 'baggage' in value ? ['baggage'] : [],
		);
		expect(lines).toHaveLength(1);
	});

	it('leaves out what does not place the item', () => {
		const { status, fields } = readTraceFields(
			{ ...whole, parentSpanId: whole.spanId, traceState: 'A=1', baggage: { ok: '1', 'not ok': '2', number: 3 } },
			's',
			warnings,
		);
		const { traceId, spanId, traceFlags } = whole;
		expect({ status, fields }).toEqual({
			status: 'COMPLETE',
			fields: { traceId, spanId, traceFlags, baggage: { ok: '1' } },
		});
		expect(lines).toHaveLength(1);
	});

	it('reads nothing from prototypes and survives objects that throw', () => {
		expect(readTraceFields(Object.create(whole), 's', warnings)).toEqual({ status: 'ABSENT', fields: {} });
		const throwing = {
			get traceId(): string {
				throw new Error('no');
			},
		};
		expect(readTraceFields(throwing, 's', warnings)).toEqual({ status: 'MALFORMED', fields: {} });
		const { proxy, revoke } = Proxy.revocable({}, {});
		revoke();
		expect(readTraceFields(proxy, 's', warnings)).toEqual({ status: 'MALFORMED', fields: {} });
	});

	it('does not let baggage keys reach a prototype', () => {
		const { fields } = readTraceFields(JSON.parse('{"baggage":{"__proto__":"x","constructor":"y"}}'), 's', warnings);
		expect(Object.entries(fields.baggage ?? {})).toEqual([
			['__proto__', 'x'],
			['constructor', 'y'],
		]);
		expect(({} as Record<string, unknown>)['x']).toBeUndefined();
	});

	it('never throws and is stable on anything', () => {
		const field = fc.oneof(fc.anything(), fc.constantFrom(...Object.values(whole)));
		const shaped = fc.record(
			{ traceId: field, spanId: field, parentSpanId: field, traceFlags: field, traceState: field, baggage: field },
			{ requiredKeys: [] },
		);
		fc.assert(
			fc.property(fc.oneof(fc.anything({ withNullPrototype: true }), shaped), (value) => {
				const first = readTraceFields(value, 's', warnings);
				expect(readTraceFields(first.fields, 's', warnings).fields).toEqual(first.fields);
			}),
			{ numRuns: 500 },
		);
	});
});
