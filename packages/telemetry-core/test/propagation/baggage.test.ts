import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PIPELINE_BAGGAGE_KEYS, parseBaggage, writeBaggage } from '../../src/propagation/index.ts';

const members = (count: number, prefix = 'x') =>
	Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, '1']));

describe('baggage', () => {
	it('decodes values and keeps properties beside them', () => {
		expect(parseBaggage('userId=Am%C3%A9lie , isProduction = false;internal; ttl = 5,empty=')).toEqual({
			baggage: { userId: 'Amélie', isProduction: 'false', 'isProduction;': 'internal;ttl = 5', empty: '' },
			isWhole: true,
		});
		expect(
			writeBaggage({ userId: 'Amélie', isProduction: 'false', 'isProduction;': 'internal;ttl = 5', empty: '' }),
		).toBe('userId=Am%C3%A9lie,isProduction=false;internal;ttl = 5,empty=');
	});

	it.each([
		['no value', 'a,b=2'],
		['a key with a space', 'a b=1,b=2'],
		['a value with a space', 'a=1 1,b=2'],
		['a quoted value', 'a="1",b=2'],
		['an impossible property', 'a=1;p q,b=2'],
		['an empty key', '=1,b=2'],
	])('leaves out a member with %s', (_, header) => {
		expect(parseBaggage(header)).toEqual({ baggage: { b: '2' }, isWhole: false });
	});

	it('lets the last of two members count and keeps the odd but legal', () => {
		expect(parseBaggage('a=1;p,a=2,,b=x=y,__proto__=z,c=1;').baggage).toEqual(
			Object.fromEntries([
				['a', '2'],
				['b', 'x=y'],
				['__proto__', 'z'],
				['c', '1'],
			]),
		);
	});

	it('decodes what is not quite percent encoding without failing', () => {
		expect(parseBaggage('a=100%,b=%zz%41,c=%ff%C3%A9,d=%4').baggage).toEqual({
			a: '100%',
			b: '%zzA',
			c: '\ufffdé',
			d: '%4',
		});
	});

	it('carries 64 members and drops the 65th: unknown ones first, the last of them', () => {
		expect(parseBaggage(writeBaggage(members(64))).baggage).toEqual(members(64));
		expect(parseBaggage(writeBaggage(members(65))).baggage).toEqual(members(64));
		const mixed = { ...members(63), 'pipeline.namespace': 'n', 'pipeline.keep': '1' };
		expect(parseBaggage(writeBaggage(mixed)).baggage).toEqual({
			...members(62),
			'pipeline.namespace': 'n',
			'pipeline.keep': '1',
		});
		const header = Object.keys(members(65))
			.map((key) => `${key}=1`)
			.join(',');
		expect(parseBaggage(header)).toEqual({ baggage: members(64), isWhole: false });
	});

	it('carries 8,192 bytes and drops at 8,193', () => {
		const exact = { a: 'v'.repeat(8192 - 2) };
		expect(writeBaggage(exact)).toHaveLength(8192);
		expect(writeBaggage({ a: `${exact.a}v` })).toBe('');
	});

	it('drops its own keys last and from the end of their table', () => {
		const own = Object.fromEntries(PIPELINE_BAGGAGE_KEYS.map((key) => [key, 'v'.repeat(1000)]));
		const kept = Object.keys(parseBaggage(writeBaggage({ unknown: '1', ...own })).baggage);
		expect(kept).toEqual(PIPELINE_BAGGAGE_KEYS.slice(0, 8));
	});

	it('round-trips any text under any key, and is stable', () => {
		const key = fc.string({ unit: fc.constantFrom(..."azAZ09!#$%&'*+-.^_`|~"), minLength: 1, maxLength: 12 });
		fc.assert(
			fc.property(fc.dictionary(key, fc.string({ unit: 'grapheme', maxLength: 20 }), { maxKeys: 10 }), (map) => {
				expect(parseBaggage(writeBaggage(map))).toEqual({
					baggage: Object.fromEntries(Object.entries(map)),
					isWhole: true,
				});
			}),
		);
		fc.assert(
			fc.property(fc.string({ unit: fc.constantFrom(...'ab=;,% \té"1Cf\ud800') }), (header) => {
				const once = writeBaggage(parseBaggage(header).baggage);
				expect(writeBaggage(parseBaggage(once).baggage)).toBe(once);
			}),
			{ numRuns: 500 },
		);
	});
});
