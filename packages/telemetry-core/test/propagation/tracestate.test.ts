import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	isTraceStateKey,
	isTraceStateValue,
	normaliseTraceState,
	PipelineTraceState,
	parseTraceState,
	readTraceStateEntry,
	withTraceStateEntry,
	writeTraceState,
} from '../../src/propagation/index.ts';

const key = fc
	.tuple(fc.constantFrom(...'abz019'), fc.string({ unit: fc.constantFrom(...'abz019_-*/@'), maxLength: 20 }))
	.map(([first, rest]) => first + rest);
const value = fc
	.string({ unit: fc.constantFrom(...' !"#abcXYZ019<>?@[]~;:'), maxLength: 40 })
	.map((text) => `${text.trimEnd()}v`);
const entries = fc.uniqueArray(fc.record({ key, value }), { selector: (entry) => entry.key, maxLength: 8 });
const repeated = (count: number, length: number) =>
	Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: 'v'.repeat(length) }));

describe('tracestate', () => {
	it('accepts keys and values up to 256 characters', () => {
		expect([isTraceStateKey('a'.repeat(256)), isTraceStateKey('a'.repeat(257)), isTraceStateKey('')]).toEqual([
			true,
			false,
			false,
		]);
		expect([isTraceStateValue('v'.repeat(256)), isTraceStateValue('v'.repeat(257)), isTraceStateValue('v ')]).toEqual([
			true,
			false,
			false,
		]);
		expect(['9tenant@vendor', '@vendor', '_x', 'Vendor'].map(isTraceStateKey)).toEqual([true, false, false, false]);
	});

	it('keeps leading spaces of a value and drops trailing ones', () => {
		expect(parseTraceState('a=  1  ,b=2')).toEqual([
			{ key: 'a', value: '  1' },
			{ key: 'b', value: '2' },
		]);
	});

	it.each(['a=1\u00a0', 'a=é', 'a=1\n', 'a', '=1', 'a=b=c', 'a=1,B=2'])('discards %j as a whole', (header) => {
		expect(parseTraceState(header)).toBeUndefined();
		expect(normaliseTraceState(header)).toBeUndefined();
	});

	it('writes 512 characters whole and cuts 513 by whole entries, the last ones first', () => {
		const fits = [...repeated(5, 97), { key: 'x', value: 'v'.repeat(5) }];
		expect(writeTraceState(fits)).toHaveLength(512);
		const over = [...repeated(5, 97), { key: 'x', value: 'v'.repeat(6) }];
		expect(parseTraceState(writeTraceState(over))?.map((entry) => entry.key)).toEqual(['k0', 'k1', 'k2', 'k3', 'k4']);
	});

	it('drops entries longer than 128 characters before shorter ones', () => {
		const long = { key: 'long', value: 'v'.repeat(124) }; // 129 with the equals sign
		const notLong = { key: 'fits', value: 'v'.repeat(123) };
		expect(parseTraceState(writeTraceState([long, ...repeated(4, 97)]))?.map((entry) => entry.key)).toEqual([
			'k0',
			'k1',
			'k2',
			'k3',
		]);
		expect(parseTraceState(writeTraceState([notLong, ...repeated(4, 97)]))?.map((entry) => entry.key)).toEqual([
			'fits',
			'k0',
			'k1',
			'k2',
		]);
	});

	it('puts a changed entry in front, keeps the others in order, and makes room in a full list', () => {
		expect(withTraceStateEntry('ot=th:8,dp=k:0,x=1', 'dp', 'k:1')).toBe('dp=k:1,ot=th:8,x=1');
		expect(withTraceStateEntry('ot=th:8,dp=k:1', 'dp', undefined)).toBe('ot=th:8');
		expect(withTraceStateEntry('x=1', 'DP', '1')).toBe('x=1');
		expect(withTraceStateEntry('not a state', 'dp', 'k:1')).toBe('dp=k:1');
		const full = writeTraceState(repeated(32, 1));
		const grown = parseTraceState(withTraceStateEntry(full, 'dp', 'k:1'));
		expect([grown?.length, grown?.[0]?.key, grown?.at(-1)?.key]).toEqual([32, 'dp', 'k30']);
		expect(readTraceStateEntry('a=1,dp=k:1', 'dp')).toBe('k:1');
		expect(readTraceStateEntry(undefined, 'dp')).toBeUndefined();
	});

	it('round-trips, and writing what was read is stable', () => {
		fc.assert(
			fc.property(entries, (list) => {
				const written = writeTraceState(list);
				expect(parseTraceState(written)).toEqual(list.slice(0, parseTraceState(written)?.length));
				expect(normaliseTraceState(written)).toBe(written === '' ? undefined : written);
			}),
		);
		fc.assert(
			fc.property(fc.string({ unit: fc.constantFrom(...'ab1=,; \t@.é') }), (header) => {
				const once = normaliseTraceState(header);
				expect(once === undefined ? undefined : normaliseTraceState(once)).toBe(once);
			}),
		);
	});

	it('is an immutable OpenTelemetry TraceState', () => {
		const state = new PipelineTraceState('a=1,9x@y@z=2');
		const changed = state.set('b', '3').unset('a');
		expect([state.serialize(), changed.serialize(), changed.get('9x@y@z'), changed.get('a')]).toEqual([
			'a=1,9x@y@z=2',
			'b=3,9x@y@z=2',
			'2',
			undefined,
		]);
	});
});
