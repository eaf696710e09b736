import { describe, expect, it } from 'vitest';
import { credibleMs, credibleTime } from '../../src/instrumentation/index.ts';

const DAY_MS = 86_400_000;

describe('credibleMs', () => {
	it.each([
		[DAY_MS, true],
		[DAY_MS + 1, false],
		[-DAY_MS, true],
		[-DAY_MS - 1, false],
	])('a time %i ms before: %s', (ageMs, isCredible) => {
		const nowMs = 2_000_000_000_000;
		expect(credibleMs(nowMs - ageMs, nowMs) !== undefined).toBe(isCredible);
	});
});

describe('credibleTime', () => {
	it.each([
		['1970-01-01T00:00:01.000500Z', 1_000],
		['never', undefined],
		[undefined, undefined],
	])('reads %s as %s', (iso, expected) => {
		expect(credibleTime(iso, 0)).toBe(expected);
	});
});
