import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bytesAfter, daysUntil, FORECAST_DAYS } from '../../src/growth/forecast.ts';

it('grows until retention takes as much as comes', () => {
	const table = { bytes: 100, bytesPerDay: 10, retentionDays: 30 };
	expect([0, 10, 20, 21, 3_000].map((days) => bytesAfter(table, days))).toEqual([100, 200, 300, 300, 300]);
	const shrinking = { bytes: 600, bytesPerDay: 10, retentionDays: 30 };
	expect([0, 15, 30, 60].map((days) => bytesAfter(shrinking, days))).toEqual([600, 450, 300, 300]);
	expect(bytesAfter({ bytes: 100, bytesPerDay: 10 }, 365)).toBe(3_750);
});

it('says when it is full, or that it will not be', () => {
	const audit = { bytes: 0, bytesPerDay: 10, retentionDays: 2_557 };
	expect(daysUntil(1_000, [audit])).toBe(100);
	expect(daysUntil(1_001, [audit])).toBe(101);
	expect(daysUntil(0, [audit])).toBe(0);
	expect(daysUntil(25_570, [audit])).toBe(2_557);
	expect(daysUntil(25_571, [audit])).toBeUndefined();
	expect(daysUntil(1_000, [{ ...audit, retentionDays: 30 }])).toBeUndefined();
	expect(daysUntil(FORECAST_DAYS * 10, [{ bytes: 0, bytesPerDay: 10 }])).toBe(FORECAST_DAYS);
	expect(daysUntil(FORECAST_DAYS * 10 + 1, [{ bytes: 0, bytesPerDay: 10 }])).toBeUndefined();
});

it('is the first day on which all tables together weigh so much', () => {
	const table = fc.record(
		{ bytes: fc.nat(1_000), bytesPerDay: fc.nat(50), retentionDays: fc.integer({ min: 1, max: 400 }) },
		{ requiredKeys: ['bytes', 'bytesPerDay'] },
	);
	fc.assert(
		fc.property(fc.array(table, { maxLength: 5 }), fc.integer({ min: 1, max: 20_000 }), (tables, capacity) => {
			const weightAfter = (days: number) => tables.reduce((sum, each) => sum + bytesAfter(each, days), 0);
			const days = daysUntil(capacity, tables) ?? FORECAST_DAYS + 1;
			if (days <= FORECAST_DAYS) expect(weightAfter(days)).toBeGreaterThanOrEqual(capacity);
			if (days > 0) expect(weightAfter(days - 1)).toBeLessThan(capacity);
		}),
	);
});
