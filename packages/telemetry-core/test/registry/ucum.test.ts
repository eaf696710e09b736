import { expect, it } from 'vitest';
import { METRIC_CATALOGUE } from '../../src/registry/metric-catalogue.ts';
import { isUcum } from '../../src/registry/ucum.ts';

it('knows every unit of the catalogue', () => {
	const units = new Set(Object.values(METRIC_CATALOGUE).map(({ unit }) => unit));
	expect([...units].filter((unit) => !isUcum(unit))).toEqual([]);
});

it.each(['s', '1', 'By/d', '{record}/s', 'kg.m', '{queued entry}'.replace(' ', '_')])('accepts %s', (unit) => {
	expect(isUcum(unit)).toBe(true);
});

it.each(['', 'seconds', 'bytes', 'B', '{record', '{}', '{a}{b}', '{two words}', 's/', 'ſ'])('refuses "%s"', (unit) => {
	expect(isUcum(unit)).toBe(false);
});

it('accepts at most 63 characters', () => {
	expect([61, 62].map((length) => isUcum(`{${'x'.repeat(length)}}`))).toEqual([true, false]);
});
