import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatInstant, isIsoMicros, isoFromMs, isoNow, msFromIso, parseInstant } from '../../src/runtime/timestamp.ts';

describe('timestamps', () => {
	it.each([
		['2026-03-01T12:34:56.123456Z', '2026-03-01T12:34:56.123456Z'],
		['2026-03-01T12:34:56Z', '2026-03-01T12:34:56.000000Z'],
		['2026-03-01 12:34:56.1z', '2026-03-01T12:34:56.100000Z'],
		['2026-03-01T12:34:56.123456789Z', '2026-03-01T12:34:56.123456Z'],
		['2026-03-01T00:30:00+01:00', '2026-02-28T23:30:00.000000Z'],
		['2026-03-01T00:30:00-0130', '2026-03-01T02:00:00.000000Z'],
		['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000000Z'],
		['0000-01-01T00:00:00Z', '0000-01-01T00:00:00.000000Z'],
		['9999-12-31T23:59:59.999999Z', '9999-12-31T23:59:59.999999Z'],
	])('reads %s as %s', (text, expected) => {
		const instant = parseInstant(text);
		expect(instant && formatInstant(instant)).toBe(expected);
	});

	it.each([
		'',
		'2026-03-01',
		'2026-03-01T12:34:56',
		'2025-02-29T00:00:00Z',
		'2026-02-30T00:00:00Z',
		'2026-13-01T00:00:00Z',
		'2026-03-01T24:00:00Z',
		'2026-03-01T12:60:00Z',
		'2026-03-01T12:34:56+24:00',
		'9999-12-31T23:59:59-00:01',
		'0000-01-01T00:00:00+00:01',
		'1772368496123',
	])('refuses %j', (text) => {
		expect(parseInstant(text)).toBeUndefined();
	});

	it('knows its own form', () => {
		expect(
			['2026-03-01T12:34:56.123456Z', '2026-03-01T12:34:56.123Z', '2026-02-30T12:34:56.123456Z', 7].map(isIsoMicros),
		).toEqual([true, false, false, false]);
		expect(isIsoMicros(isoNow())).toBe(true);
	});

	it('turns milliseconds with fractions into microseconds and back', () => {
		expect(isoFromMs(1_772_368_496_123.456)).toBe('2026-03-01T12:34:56.123456Z');
		expect(isoFromMs(999.9999)).toBe('1970-01-01T00:00:01.000000Z');
		expect(isoFromMs(-0.001)).toBe('1969-12-31T23:59:59.999999Z');
		expect(msFromIso('1970-01-01T00:00:01.500250Z')).toBe(1500.25);
		expect(msFromIso('x')).toBeUndefined();
		expect(() => isoFromMs(253_402_300_800_000)).toThrow(RangeError);
	});

	it('tells minutes apart that are remembered in the same place', () => {
		const times = ['2026-03-01T12:34:56.000000Z', '2026-03-01T13:38:56.000000Z', '1969-12-31T23:59:00.000000Z'];
		expect([...times, ...times].map((time) => isoFromMs(msFromIso(time) ?? 0))).toEqual([...times, ...times]);
	});

	it('round-trips every instant of four-digit years', () => {
		const instant = fc.record({
			seconds: fc.integer({ min: -62_167_219_200, max: 253_402_300_799 }),
			micros: fc.integer({ min: 0, max: 999_999 }),
		});
		fc.assert(
			fc.property(instant, (value) => {
				expect(parseInstant(formatInstant(value))).toEqual(value);
			}),
		);
		fc.assert(fc.property(fc.string(), (text) => void parseInstant(text)));
	});
});
