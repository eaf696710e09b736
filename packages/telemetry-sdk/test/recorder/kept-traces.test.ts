import { describe, expect, it } from 'vitest';
import { KeptTraces } from '../../src/recorder/kept-traces.ts';

const ERROR = 1;
const SLOW = 2;
const COUNT = 20_000;

/** Ids of traces that have nothing in common, the same in every run. */
function traceIds(count: number, seed: number): readonly Int32Array[] {
	const ids = new Int32Array(count * 4);
	let state = seed;
	for (let word = 0; word < ids.length; word++) {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
		ids[word] = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) ^ (state >>> 12);
	}
	return Array.from({ length: count }, (_, at) => ids.subarray(at * 4, at * 4 + 4));
}

describe('traces that are kept', () => {
	it('are all remembered until something of them was found, however many they are', () => {
		const lost: number[] = [];
		const kept = new KeptTraces(() => lost.push(1), 64);
		const ids = traceIds(COUNT, 1);
		for (const id of ids) kept.expect(id, 0, ERROR, 10);
		expect(lost).toEqual([]);
		expect(ids.every((id) => kept.reasonOf(id, 0) === ERROR)).toBe(true);
		const asked = new Set<string>();
		kept.forEachUnasked((words, from, reason) => asked.add(`${reason} ${words.subarray(from, from + 4).join(' ')}`));
		expect(asked).toEqual(new Set(ids.map((id) => `${ERROR} ${id.join(' ')}`)));
		kept.forgetUnseen(11);
		expect(lost).toEqual([]);
		for (const id of ids) kept.answered(id, 0);
		kept.forgetUnseen(11);
		expect(lost.length).toBe(COUNT);
	});

	it('are forgotten once they were found when room is needed, and never for them those that were not', () => {
		const lost: number[] = [];
		const kept = new KeptTraces(() => lost.push(1), 64);
		const waiting = traceIds(8, 1);
		for (const id of waiting) kept.expect(id, 0, SLOW, 1);
		const found = traceIds(COUNT, 2);
		for (const id of found) expect(kept.add(id, 0, ERROR, 10)).toBe(true);
		expect(lost).toEqual([]);
		expect(waiting.every((id) => kept.reasonOf(id, 0) === SLOW)).toBe(true);
		const known = found.filter((id) => kept.reasonOf(id, 0) === ERROR).length;
		expect(known).toBeGreaterThan(16);
		expect(known).toBeLessThan(200);
		expect(kept.add(found.at(-1)!, 0, ERROR, 11)).toBe(false);
	});
});
