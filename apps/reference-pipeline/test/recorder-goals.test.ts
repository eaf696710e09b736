import type { BenchReport, BenchRow } from '@pipeline/bench';
import { expect, it } from 'vitest';
import type { MemoryReport } from '../src/bench/memory.ts';
import { goalsOf, ROWS } from '../src/bench/recorder-goals.ts';

const of = (median: number) => ({ median, min: median, max: median });

function report(rows: Readonly<Record<string, number>>): BenchReport {
	return {
		rows: Object.entries(rows).map(
			([mode, addedNs]) => ({ mode, baseCpuNs: 1_000, addedCpuNs: of(addedNs) }) as BenchRow,
		),
	} as unknown as BenchReport;
}

interface Measured {
	readonly lapNs: number;
	readonly numbersNs: number;
	readonly encodingNs: number;
	readonly memoryMb: number;
	readonly updateNs: number;
	readonly receiptNs: number;
}

function passing({ lapNs, numbersNs, encodingNs, memoryMb, updateNs, receiptNs }: Measured): string[] {
	const reports = {
		recorder: report({
			[ROWS.numbers]: numbersNs,
			[ROWS.receipt]: receiptNs,
			[ROWS.laps]: lapNs,
			[ROWS.entersAndExits]: 2 * lapNs,
			[ROWS.sdkSpans]: 18_000,
		}),
		signals: report({}),
		encoder: report({ [ROWS.encoder]: encodingNs - 1_000 }),
		metrics: report({ [ROWS.add]: 1, [ROWS.record]: updateNs }),
	};
	const steady = { heldMb: memoryMb, residentMb: memoryMb };
	const goals = goalsOf(reports, { steady } as MemoryReport);
	return goals.filter(({ pass }) => pass).map(({ id }) => id);
}

it('reaches a goal at its floor, and no further', () => {
	expect(
		passing({ lapNs: 1_000, numbersNs: 500, encodingNs: 200, memoryMb: 10, updateNs: 10, receiptNs: 300 }),
	).toEqual(['P1a', 'P1b', 'P3', 'P5', 'P9a', 'P9b', 'P12', 'P13']);
	expect(
		passing({ lapNs: 1_001, numbersNs: 501, encodingNs: 201, memoryMb: 10.1, updateNs: 10.1, receiptNs: 301 }),
	).toEqual([]);
});

it('does not make up a row that is missing', () => {
	const none = { recorder: report({}), signals: report({}), encoder: report({}), metrics: report({}) };
	expect(() => goalsOf(none, {} as MemoryReport)).toThrow(`no row ${ROWS.sdkSpans}`);
});
