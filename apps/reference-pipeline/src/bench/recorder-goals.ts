import { atLeast, atMost, type BenchReport, type Goal, rowNamed } from '@pipeline/bench';
import type { MemoryReport } from './memory.ts';

/** Rows of the benches that goals compare. */
export const ROWS = {
	numbers: 'stages, 10 numbers',
	receipt: 'receipt, on top of the same handed on',
	laps: '14 laps of 3 numbers, on top of 2',
	entersAndExits: '14 enters and exits of 3 numbers, on top of 2',
	sdkSpans: '14 SDK spans of 3 numbers, on top of 2',
	encoder: 'from journals',
	add: 'bound add',
	record: 'bound record, usual durations',
} as const;

/** What the benches of the package said, by their files. */
export interface RecorderReports {
	readonly recorder: BenchReport;
	readonly signals: BenchReport;
	readonly encoder: BenchReport;
	readonly metrics: BenchReport;
}

/**
 * Times are process CPU, the handing on of journals included: on a machine that others use, too, time on the clock is theirs as well, and most
 * of it falls on what takes longest.
 */
export function goalsOf({ recorder, encoder, metrics }: RecorderReports, memory: MemoryReport): readonly Goal[] {
	const addedNs = (report: BenchReport, row: string) => rowNamed(report, row).addedCpuNs.median;
	const sdkNs = addedNs(recorder, ROWS.sdkSpans);
	const updateNs = Math.max(addedNs(metrics, ROWS.add), addedNs(metrics, ROWS.record));
	const receiptUs = addedNs(recorder, ROWS.receipt) / 1_000;
	return [
		atLeast('P1a', 'SDK child span / one-clock stage, 3 numbers each', sdkNs / addedNs(recorder, ROWS.laps), 18, 24),
		atLeast('P1b', 'SDK child span / two-clock stage', sdkNs / addedNs(recorder, ROWS.entersAndExits), 9, 12),
		atMost('P3', 'record with numbers / its clock reads alone', timesBase(recorder, ROWS.numbers), 1.5, 1.25),
		atLeast('P5', "SDK's serialiser / encoding from journals", 1 / timesBase(encoder, ROWS.encoder), 5, 10),
		atMost('P9a', 'MB of heap and buffers added, everything on', memory.steady.heldMb, 10, 6),
		atMost('P9b', 'MB of resident memory added, everything on', memory.steady.residentMb, 10, 6),
		atMost('P12', 'ns of a bound metric update, counter or histogram', updateNs, 10, 5),
		atMost('P13', 'µs of a receipt, beyond the journal itself', receiptUs, 0.3, 0.1),
	];
}

function timesBase(report: BenchReport, row: string): number {
	const { baseCpuNs, addedCpuNs } = rowNamed(report, row);
	return (baseCpuNs + addedCpuNs.median) / baseCpuNs;
}
