import { validate, version } from 'uuid';
import { describe, expect, it } from 'vitest';
import { isoOf, seededRuntime, systemRuntime } from '../src/index.ts';

describe('runtime', () => {
	it('repeats itself for a seed and a scope, in whatever order kinds are drawn', () => {
		const one = seededRuntime(7, 'alpha');
		const other = seededRuntime(7, 'alpha');
		const drawn = { record: [one.uuid('record'), one.uuid('record')], batch: one.uuid('batch'), choice: one.random() };
		const batch = other.uuid('batch');
		expect({ record: [other.uuid('record'), other.uuid('record')], batch, choice: other.random() }).toEqual(drawn);
		expect(
			new Set([
				...drawn.record,
				drawn.batch,
				seededRuntime(7, 'beta').uuid('record'),
				seededRuntime(8, 'alpha').uuid('record'),
			]).size,
		).toBe(5);
	});

	it('stands still when seeded', () => {
		const runtime = seededRuntime(1, 'x');
		expect([runtime.now(), runtime.timestamp(), runtime.elapsedMs(0), runtime.isSeeded]).toEqual([
			1_767_225_600_000,
			'2026-01-01T00:00:00.000000Z',
			0,
			true,
		]);
	});

	it('makes version 7 ids that sort by their order', () => {
		for (const runtime of [systemRuntime(), seededRuntime('s', 'x')]) {
			const ids = Array.from({ length: 300 }, () => runtime.uuid('record'));
			expect(ids.every((id) => validate(id) && version(id) === 7)).toBe(true);
			expect(ids.toSorted()).toEqual(ids);
			expect(new Set(ids).size).toBe(300);
		}
	});

	it('tells time in microseconds, never backwards', () => {
		const runtime = systemRuntime();
		expect(runtime.timestamp()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
		expect(runtime.elapsedMs(runtime.now() + 1_000_000)).toBe(0);
		expect(isoOf(Date.UTC(2026, 1, 3) + 4.5)).toBe('2026-02-03T00:00:00.004500Z');
	});

	it('ends a sleep with its signal', async () => {
		await expect(systemRuntime().sleep(1_000_000, AbortSignal.abort())).rejects.toThrow(/abort/i);
	});
});
