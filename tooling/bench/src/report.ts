import type { LatencyPercentiles } from './latency.ts';
import type { ModeMeasurement, ProcessMeasurement } from './one-process.ts';
import { CONTROL, type ResolvedPlan } from './plan.ts';
import { median } from './statistics.ts';

/** Median of the processes' medians, and the least and greatest of them. */
export interface AcrossProcesses {
	readonly median: number;
	readonly min: number;
	readonly max: number;
}

/** One row of the table; everything is per record. */
export interface BenchRow {
	readonly mode: string;
	readonly baseHotNs: number;
	readonly baseCpuNs: number;
	readonly addedHotNs: AcrossProcesses;
	readonly addedCpuNs: AcrossProcesses;
	/** Share of the base's hot path, in percent; means nothing without `baseHotNs`. */
	readonly addedHotPercent: number;
	readonly addedCpuPercent: number;
	/** The least of the processes lies beyond the greatest of the control. */
	readonly isAboveNoise: boolean;
	readonly baseLatency: LatencyPercentiles | undefined;
	readonly latency: LatencyPercentiles | undefined;
	readonly addedBytes: number;
}

/** Result of a bench: the last line that it prints, as JSON. */
export interface BenchReport {
	readonly bench: string;
	readonly record: string;
	readonly node: string;
	readonly processes: number;
	readonly pairs: number;
	readonly recordsPerBatch: number;
	readonly rows: readonly BenchRow[];
}

/** One row of a report. @throws RangeError for a name that no row has */
export function rowNamed({ bench, rows }: BenchReport, mode: string): BenchRow {
	const found = rows.find((row) => row.mode === mode);
	if (found === undefined) throw new RangeError(`${bench} has no row ${mode}`);
	return found;
}

function across(values: readonly number[]): AcrossProcesses {
	return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

function latencyAcross(latencies: readonly (LatencyPercentiles | undefined)[]): LatencyPercentiles | undefined {
	const present = latencies.filter((latency) => latency !== undefined);
	if (present.length === 0) return undefined;
	return {
		p50Ns: median(present.map(({ p50Ns }) => p50Ns)),
		p99Ns: median(present.map(({ p99Ns }) => p99Ns)),
		p999Ns: median(present.map(({ p999Ns }) => p999Ns)),
	};
}

function rowOf(mode: string, measured: readonly ModeMeasurement[], noiseMaxNs: number): BenchRow {
	const baseHotNs = median(measured.map((one) => one.baseHotNs.median));
	const baseCpuNs = median(measured.map((one) => one.baseCpuNs.median));
	const addedHotNs = across(measured.map((one) => one.addedHotNs.median));
	const addedCpuNs = across(measured.map((one) => one.addedCpuNs.median));
	return {
		mode,
		baseHotNs,
		baseCpuNs,
		addedHotNs,
		addedCpuNs,
		addedHotPercent: (100 * addedHotNs.median) / baseHotNs,
		addedCpuPercent: (100 * addedCpuNs.median) / baseCpuNs,
		isAboveNoise: addedHotNs.min > noiseMaxNs,
		baseLatency: latencyAcross(measured.map(({ latency }) => latency?.base)),
		latency: latencyAcross(measured.map(({ latency }) => latency?.mode)),
		addedBytes: median(measured.map(({ baseBytes, modeBytes }) => modeBytes - baseBytes)),
	};
}

/** Brings what several processes measured into one report. */
export function reportOf(plan: ResolvedPlan, measured: readonly ProcessMeasurement[]): BenchReport {
	const control = measured.flatMap((rows) => rows[CONTROL] ?? []);
	const noiseMaxNs = Math.max(0, ...control.map(({ addedHotNs }) => Math.abs(addedHotNs.median)));
	const modes = Object.keys(measured[0] ?? {});
	return {
		bench: plan.name,
		record: plan.record,
		node: process.versions.node,
		processes: measured.length,
		pairs: plan.pairs,
		recordsPerBatch: plan.recordsPerBatch,
		rows: modes.map((mode) =>
			rowOf(
				mode,
				measured.flatMap((rows) => rows[mode] ?? []),
				noiseMaxNs,
			),
		),
	};
}
