import { type BenchReport, type BenchRow, CONTROL } from '@pipeline/bench';
import { expect, it } from 'vitest';
import { goalsOf, ROWS } from '../src/bench/goals.ts';

const of = (median: number) => ({ median, min: median, max: median });

function row(mode: string, hotPercent: number, cpuNs: number, p999Ns: number): BenchRow {
	const latency = { p50Ns: 1, p99Ns: 2, p999Ns };
	return {
		mode,
		baseHotNs: 1_000,
		baseCpuNs: 1_000,
		addedHotNs: of(hotPercent * 10),
		addedCpuNs: of(cpuNs),
		addedHotPercent: hotPercent,
		addedCpuPercent: cpuNs / 10,
		isAboveNoise: true,
		baseLatency: { p50Ns: 1, p99Ns: 2, p999Ns: 100 },
		latency,
		addedBytes: 0,
	};
}

function passing(traces: number, prod: number, tailNs: number, plain: number, p999Ns: number, bytes: number): string[] {
	const rows = [
		row(CONTROL, 0.1, 0, 100),
		row(ROWS.plain, plain, 0, 100),
		row(ROWS.withoutAudit, traces, 10, 100),
		row(ROWS.prod, prod, 20, p999Ns),
		row(ROWS.sdkTail, 50, tailNs, 100),
	];
	const report = { rows } as unknown as BenchReport;
	const goals = goalsOf(report, report, bytes);
	return goals.filter(({ pass }) => pass).map(({ id }) => id);
}

it('reaches a goal at its floor, and no further', () => {
	expect(passing(2, 5, 150, -0.49, 125, 16)).toEqual([
		'P2',
		'P2-pipeline',
		'P4',
		'P6a',
		'P6b',
		'P7',
		'P7-pipeline',
		'P8',
	]);
	expect(passing(2.01, 5.01, 149, -0.51, 126, 17)).toEqual([]);
});

it('judges P2 and P7 by records without modules', () => {
	const report = (tailNs: number, p999Ns: number) => {
		const rows = [
			row(CONTROL, 0.1, 0, 100),
			row(ROWS.plain, 0, 0, 100),
			row(ROWS.withoutAudit, 1, 10, 100),
			row(ROWS.prod, 1, 20, p999Ns),
			row(ROWS.sdkTail, 50, tailNs, 100),
		];
		return { rows } as unknown as BenchReport;
	};
	const values = goalsOf(report(20, 300), report(200, 110), 0).map(({ id, value }) => [id, value]);
	expect(Object.fromEntries(values)).toMatchObject({ P2: 20, 'P2-pipeline': 2, P7: 1.1, 'P7-pipeline': 3 });
});
