import { describe, expect, it } from 'vitest';
import { traceFieldsOf } from '../src/index.ts';

describe('trace fields', () => {
	it('are picked when there, and nothing else', () => {
		const fields = { traceId: 't', spanId: 's', traceFlags: 0, baggage: { a: 'b' } };
		expect(traceFieldsOf({ ...fields, recordId: 'r' } as object)).toEqual(fields);
		expect(traceFieldsOf({ baggage: { a: 'b' } })).toEqual({ baggage: { a: 'b' } });
		expect(Object.keys(traceFieldsOf({}))).toEqual([]);
	});
});
