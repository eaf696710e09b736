import { ENTRY_STAGE, type Journal, noopTracer, type Stage } from '@pipeline/telemetry-core';
import { describe, expect, it } from 'vitest';
import { OpenRecords } from '../src/open-records.ts';
import { RecentCounts } from '../src/recent-counts.ts';
import { TimedOutWaits } from '../src/timed-out-waits.ts';

describe('RecentCounts', () => {
	it.each([
		[0, 0.5],
		[59_000, 0.5],
		[60_000, 0],
		[10_000_000, 0],
	])('after %i ms the ratio is %f', (elapsedMs, ratio) => {
		let nowMs = 5_000_000;
		const counts = new RecentCounts(() => nowMs);
		counts.add(1, 2);
		nowMs += elapsedMs;
		expect(counts.ratio).toBe(ratio);
		expect(counts.perSecond).toBe(ratio === 0 ? 0 : 1 / 60);
	});
});

describe('TimedOutWaits', () => {
	const wait = () => ({ position: {}, ackType: 'ASYNC', sinceMs: 0, recordId: undefined, destination: undefined });

	it('keeps as many correlation ids as it may, the newest', () => {
		const waits = new TimedOutWaits(2);
		for (const id of ['a', 'b', 'c']) waits.remember(noopTracer, 0 as Journal, ENTRY_STAGE, id, wait());
		expect(['a', 'b', 'c', 'c'].map((id) => waits.take(id).length)).toEqual([0, 1, 1, 0]);
	});

	it('keeps none when it may keep none', () => {
		const waits = new TimedOutWaits(0);
		waits.remember(noopTracer, 0 as Journal, ENTRY_STAGE, 'a', wait());
		expect(waits.take('a')).toEqual([]);
	});
});

describe('OpenRecords', () => {
	it('forgets a journal with its last record, in whatever order they end', () => {
		const records = new OpenRecords();
		const journal = 7 as Journal;
		for (const stage of [1, 2, 3]) records.begin(journal, stage as Stage, 'b1');
		for (const stage of [2, 3, 1]) {
			expect(records.size).toBe(1);
			records.end(journal, records.record(journal, stage as Stage));
			expect(records.record(journal, stage as Stage)).toBeUndefined();
		}
		expect(records.size).toBe(0);
	});
});
