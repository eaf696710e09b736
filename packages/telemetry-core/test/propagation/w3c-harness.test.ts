import { describe, expect, it } from 'vitest';
import { extractHeaders, type HeaderSource, injectHeaders, WarnLimiter } from '../../src/propagation/index.ts';
import { HARNESS_CASES, type HarnessCase, SPAN_ID, TRACE_ID } from './w3c-harness-cases.ts';

const silent = new WarnLimiter({ warn: () => {} });

function asRecord(headers: HarnessCase['headers']): HeaderSource {
	const record: Record<string, string[]> = {};
	for (const [name, value] of headers) {
		record[name] ??= [];
		record[name].push(value);
	}
	return record;
}

describe('W3C Trace Context harness, SPEC_LEVEL=2 STRICT_LEVEL=2', () => {
	it.each(HARNESS_CASES.map((entry, index) => [index, entry.test, entry] as const))('%i %s', (_, __, entry) => {
		const extracted = extractHeaders(asRecord(entry.headers), 'harness', silent);
		const written: Record<string, string> = {};
		injectHeaders(extracted.fields, written);

		expect(extracted.status === 'COMPLETE').toBe(entry.trace === 'kept');
		const [, traceId, spanId, flags] = (written['traceparent'] ?? '').split('-');
		expect({ traceId, spanId, traceState: written['tracestate'] }).toEqual(
			entry.trace === 'kept'
				? { traceId: TRACE_ID, spanId: SPAN_ID, traceState: entry.traceState }
				: { traceId: undefined, spanId: undefined, traceState: undefined },
		);
		if (entry.flags !== undefined) expect(Number.parseInt(flags ?? '', 16)).toBe(entry.flags);
	});
});
