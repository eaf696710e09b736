import { atLeast, atMost, type BenchReport, type BenchRow, CONTROL, type Goal, rowNamed } from '@pipeline/bench';

/** Names of the rows that goals compare. */
export const ROWS = {
	plain: 'not instrumented',
	metrics: 'recorder, metrics only',
	withoutAudit: 'recorder, prod, no audit',
	prod: 'recorder, prod',
	everyTrace: 'recorder, every trace',
	sdkAudit: 'SDK, every span, audit',
	sdk: 'SDK, every span',
	sdkHead: 'SDK, 10 % head',
	sdkTail: 'SDK, tail filter',
} as const;

/**
 * P2 and P7 are judged by records whose telemetry is written by hand. Over the whole pipeline they are told, too: there wrappers and metrics,
 * which both sides have, take most, and all records of a batch wait for each other, so that its latency is the batch's time.
 *
 * @param direct of records without modules
 * @param allocatedBytes of an unsampled record through the journal API
 */
export function goalsOf(report: BenchReport, direct: BenchReport, allocatedBytes: number): readonly Goal[] {
	const control = rowNamed(report, CONTROL);
	const plain = rowNamed(report, ROWS.plain);
	const traces = rowNamed(report, ROWS.withoutAudit);
	const prod = rowNamed(report, ROWS.prod);
	const noise = (100 * Math.max(...Object.values(control.addedHotNs).map(Math.abs))) / control.baseHotNs;
	const plainNs = plain.baseHotNs + plain.addedHotNs.median;
	return [
		atLeast('P2', 'process CPU of the SDK with a tail filter / of the recorder', timesCheaper(direct), 15, 25),
		atLeast('P2-pipeline', 'the same over the whole pipeline', timesCheaper(report), 15, 25),
		atMost('P4', 'bytes allocated for an unsampled record, journal API', allocatedBytes, 16, 0),
		atMost('P6a', '% of the hot path: traces, metrics, logs', traces.addedHotPercent, 2, 1),
		atMost('P6b', '% of the hot path: with audit and lineage', prod.addedHotPercent, 5, 2),
		atMost('P7', 'p99.9 latency of a record, prod / off', p999Of(rowNamed(direct, ROWS.prod)), 1.25, 1.1),
		atMost('P7-pipeline', 'the same of batches through the whole pipeline', p999Of(prod), 1.25, 1.1),
		atMost('P8', '% of the hot path, off / not instrumented', (-100 * plain.addedHotNs.median) / plainNs, 0.5, noise),
	];
}

function timesCheaper(report: BenchReport): number {
	return rowNamed(report, ROWS.sdkTail).addedCpuNs.median / rowNamed(report, ROWS.withoutAudit).addedCpuNs.median;
}

function p999Of({ latency, baseLatency }: BenchRow): number {
	return (latency?.p999Ns ?? Number.NaN) / (baseLatency?.p999Ns ?? Number.NaN);
}
