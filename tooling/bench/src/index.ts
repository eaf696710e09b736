export { allocatedBytes, bytesPerRecord } from './allocation.ts';
export { type CountedSubject, countedSubject } from './counted-subject.ts';
export { atLeast, atMost, type Goal, renderGoals } from './goal.ts';
export { type LatencyPercentiles, measureLatency } from './latency.ts';
export { type ModeMeasurement, measureInThisProcess, type ProcessMeasurement } from './one-process.ts';
export { measurePairs, type PairedBatches } from './paired-batches.ts';
export {
	type BenchPlan,
	type BenchSubject,
	CONTROL,
	type ResolvedPlan,
	resolvePlan,
	type SubjectFactory,
} from './plan.ts';
export { planSize } from './plan-size.ts';
export { type AcrossProcesses, type BenchReport, type BenchRow, reportOf, rowNamed } from './report.ts';
export { BenchProcessError, measureInFreshProcesses, runBench } from './run-bench.ts';
export { EmptySampleError, median, pairedDifferences, quantile, type Spread, spread } from './statistics.ts';
export { renderReport } from './table.ts';
