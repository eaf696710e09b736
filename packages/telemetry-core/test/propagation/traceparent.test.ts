import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTraceparent, writeTraceparent } from '../../src/propagation/index.ts';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN_ID = '00f067aa0ba902b7';
const hexDigits = (length: number) =>
	fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });

describe('traceparent', () => {
	it.each([
		['00', 0],
		['01', 1],
		['02', 2],
		['03', 3],
		['04', 0],
		['10', 0],
		['ff', 3],
		['0a', 2],
		['fd', 1],
	])('keeps the known bits of flags %s', (flags, traceFlags) => {
		const parsed = parseTraceparent(`00-${TRACE_ID}-${SPAN_ID}-${flags}`);
		expect(parsed).toEqual({ traceId: TRACE_ID, spanId: SPAN_ID, traceFlags });
	});

	it.each([
		['upper case trace id', `00-${TRACE_ID.toUpperCase()}-${SPAN_ID}-01`],
		['upper case span id', `00-${TRACE_ID}-${SPAN_ID.toUpperCase()}-01`],
		['upper case version', `CC-${TRACE_ID}-${SPAN_ID}-01`],
		['upper case flags', `00-${TRACE_ID}-${SPAN_ID}-0A`],
		['white space inside', `00-${TRACE_ID} ${SPAN_ID}-01`],
		['another dash', `00\u2010${TRACE_ID}-${SPAN_ID}-01`],
		['a lone trailing dash', `00-${TRACE_ID}-${SPAN_ID}-01-`],
		['a higher version without a dash', `01-${TRACE_ID}-${SPAN_ID}-010`],
		['a higher version too short', `01-${TRACE_ID}-${SPAN_ID}-0`],
		['two headers joined', `00-${TRACE_ID}-${SPAN_ID}-01, 00-${TRACE_ID}-${SPAN_ID}-01`],
		['nothing', ''],
	])('refuses %s', (_, header) => {
		expect(parseTraceparent(header)).toBeUndefined();
	});

	it('reads a higher version by the known fields and writes version 00', () => {
		const parsed = parseTraceparent(`fe-${TRACE_ID}-${SPAN_ID}-03-`);
		expect(parsed).toEqual({ traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 3 });
		expect(writeTraceparent(TRACE_ID, SPAN_ID, 0xff)).toBe(`00-${TRACE_ID}-${SPAN_ID}-03`);
	});

	it('never throws, and what it accepts is stable when written and read again', () => {
		const nearMiss = fc
			.tuple(hexDigits(2), hexDigits(32), hexDigits(16), hexDigits(2), fc.string())
			.map(([version, traceId, spanId, flags, rest]) => `${version}-${traceId}-${spanId}-${flags}${rest}`);
		fc.assert(
			fc.property(fc.oneof(fc.string(), nearMiss), (header) => {
				const parsed = parseTraceparent(header);
				if (parsed === undefined) return;
				const written = writeTraceparent(parsed.traceId, parsed.spanId, parsed.traceFlags);
				expect(parseTraceparent(written)).toEqual(parsed);
			}),
			{ numRuns: 500 },
		);
	});
});
