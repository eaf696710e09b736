import { describe, expect, it } from 'vitest';
import type { Fidelity } from '../src/bench/fidelity.ts';
import { goalsOf, resolutionOf, resolutionText } from '../src/bench/fidelity-goals.ts';

const RESULT: Fidelity = {
	mode: 'one process',
	processes: 1,
	faults: [],
	ratio: 1,
	ingested: 1_000,
	terminal: 1_000,
	complete: 1_000,
	exported: 1_000,
	whole: 1_000,
	failed: { records: 600, whole: 600 },
	slow: { records: 400, whole: 400 },
	restored: 0,
	regenerated: 0,
	lost: {},
	open: 0,
};
const FAULTY: Fidelity = { ...RESULT, faults: ['drop-header'] };
const KEPT_IN_ONE: Fidelity = { ...RESULT, mode: 'kept in one', faults: ['fail-records', 'slow-records'] };
const KEPT_IN_THREE: Fidelity = { ...KEPT_IN_ONE, mode: 'kept in three', processes: 3 };

const passes = (...results: Fidelity[]) => goalsOf(results).map(({ pass }) => pass);

describe('goalsOf', () => {
	it('says of each goal its worst share', () => {
		const goals = goalsOf([RESULT, FAULTY, { ...FAULTY, complete: 999 }, KEPT_IN_ONE, KEPT_IN_THREE]);
		expect(goals.map(({ id, value, pass }) => [id, value, pass])).toEqual([
			['P10', 1, true],
			['P10', 0.999, true],
			['P11', 1, true],
			['P11', 1, true],
		]);
	});

	it('misses what falls below its floor', () => {
		const slow = { records: 400, whole: 399 };
		const misses = [
			{ ...RESULT, complete: 999 },
			{ ...FAULTY, complete: 998 },
			{ ...KEPT_IN_ONE, slow },
			{ ...KEPT_IN_THREE, failed: { records: 600, whole: 599 }, slow },
		];
		expect(passes(...misses)).toEqual([false, false, false, false]);
		expect(passes(RESULT, FAULTY, KEPT_IN_ONE, { ...KEPT_IN_THREE, slow })).toEqual([true, true, true, true]);
	});

	it('misses what no mode shows, and what a mode with open or without planted records shows', () => {
		expect(passes()).toEqual([false, false, false, false]);
		const none = { records: 0, whole: 0 };
		expect(
			passes({ ...RESULT, open: 1 }, { ...FAULTY, terminal: 0 }, { ...KEPT_IN_ONE, failed: none }, KEPT_IN_THREE),
		).toEqual([false, false, false, true]);
	});
});

describe('what the results can tell', () => {
	it('is one record of the smallest mode, replays apart', () => {
		const replays = { ...RESULT, mode: 'one process, faults, replays', terminal: 7 };
		expect(resolutionOf([RESULT, { ...FAULTY, terminal: 500 }, replays])).toBe(1 / 500);
	});

	it.each([
		[1 / 6_000, 'One record is 0.017 % of the smallest mode: 99.99 % cannot be told from 100 %.'],
		[1 / 10_000, 'One record is 0.010 % of the smallest mode: 99.99 % cannot be told from 100 %.'],
		[1 / 100_000, 'One record is 0.0010 % of the smallest mode.'],
	])('is said: %d', (resolution, text) => {
		expect(resolutionText(resolution)).toBe(text);
	});
});
