import type { Journal, Stage } from '@pipeline/telemetry-core';
import { installTelemetry, JOURNAL, noopTracer, telemetry } from '@pipeline/telemetry-core';
import { MinuteRatio } from '@pipeline/telemetry-core/instrumentation';
import { afterEach, describe, expect, it } from 'vitest';
import { assessImpact } from '../src/circuit-impact.ts';
import { Journeys, newJourney } from '../src/journeys.ts';
import { CacheOrigins, LookupStats } from '../src/lookup-stats.ts';
import { ResultMemory } from '../src/result-memory.ts';

describe('ResultMemory', () => {
	it('finds another result of the same input only', () => {
		const memory = new ResultMemory();
		const result = (before: string, after: string) => memory.contradiction('key', { before, after });
		expect([result('a', '1'), result('a', '1'), result('b', '2'), result('a', '2')]).toEqual([
			undefined,
			undefined,
			undefined,
			{ before: 'a', after: '1' },
		]);
	});

	it('remembers the newest 4,096 results', () => {
		const memory = new ResultMemory();
		const tell = (key: number, after: string) => memory.contradiction(String(key), { before: 'a', after });
		for (let key = 0; key < 4_097; key++) tell(key, '1');
		expect(tell(1, '2')).toEqual({ before: 'a', after: '1' });
		expect(tell(0, '2')).toBeUndefined();
	});
});

describe('CacheOrigins', () => {
	it('remembers as many keys as it was told, the newest', () => {
		const origins = new CacheOrigins(2);
		for (const traceId of ['a', 'b', 'a', 'c']) origins.remember(traceId, { traceId });
		expect(['a', 'b', 'c'].map((key) => origins.of(key)?.traceId)).toEqual(['a', undefined, 'c']);
		expect([new CacheOrigins(0).isOff, origins.isOff]).toEqual([true, false]);
	});
});

describe('LookupStats', () => {
	it('tells 50 sources apart', () => {
		const stats = new LookupStats();
		for (let source = 1; source <= 51; source++) stats.of(`source ${source}`);
		expect(['source 50', 'source 51'].map((source) => stats.of(source) !== undefined)).toEqual([true, false]);
		expect([...stats.entries()]).toHaveLength(50);
	});
});

describe('assessImpact', () => {
	it.each([
		[0, 10, 'NONE', 0],
		[1, 10, 'LOW', 1],
		[2, 10, 'MEDIUM', 1],
		[5, 10, 'HIGH', 3],
		[8, 10, 'CRITICAL', 4],
	] as const)('%i of %i lookups without an answer: %s', (lost, total, level, recordsAtRisk) => {
		const coverage = new MinuteRatio();
		for (let at = 0; at < total; at++) coverage.add(at >= lost);
		expect(assessImpact({ cache: new MinuteRatio(), coverage, lastFallback: undefined })).toEqual({
			level,
			recordsAtRisk,
		});
	});

	it('calls 1,000 records at risk more than a little', () => {
		const coverage = new MinuteRatio();
		for (let at = 0; at < 100; at++) coverage.add(at >= 10);
		const stats = { cache: new MinuteRatio(), coverage, lastFallback: undefined };
		// 100 lookups a minute, a tenth of them lost.
		expect(assessImpact(stats, 5_994_000)).toEqual({ level: 'LOW', recordsAtRisk: 999 });
		expect(assessImpact(stats, 6_000_000)).toEqual({ level: 'MEDIUM', recordsAtRisk: 1_000 });
	});

	it('expects nothing of a source that was never asked', () => {
		expect(assessImpact(undefined)).toEqual({ level: 'NONE', recordsAtRisk: 0 });
	});
});

describe('Journeys', () => {
	let restore = () => {};
	afterEach(() => restore());

	it('forgets the oldest of too many, and finds records without a journal by themselves', () => {
		restore = installTelemetry({
			tracer: { ...noopTracer, journalOf: (item) => (item as { [JOURNAL]?: Journal })[JOURNAL] ?? (0 as Journal) },
		});
		const journeys = new Journeys(2);
		const items = [0, 1, 2, 3].map((journal) => ({ [JOURNAL]: journal as Journal }));
		const made = items.map((item) => {
			const journey = newJourney({ journal: item[JOURNAL], stage: 0 as Stage, enteredMs: 0, targets: 1 });
			journeys.put(item, journey);
			return journey;
		});
		expect(items.map((item) => journeys.of(item))).toEqual([made[0], undefined, made[2], made[3]]);
		expect(telemetry.tracer.journalOf(items[1] as object)).toBe(1);
		journeys.delete(made[2] as (typeof made)[number]);
		expect(journeys.of(items[2] as object)).toBeUndefined();
	});
});
