import { bytesPerRecord } from './allocation.ts';
import { type CountedSubject, countedSubject } from './counted-subject.ts';
import { type LatencyPercentiles, measureLatency, percentilesOfTaken } from './latency.ts';
import { measurePairs } from './paired-batches.ts';
import { CONTROL, type ResolvedPlan, type SubjectFactory } from './plan.ts';
import { pairedDifferences, type Spread, spread } from './statistics.ts';

/** What one process measured for one row. Everything is per record. */
export interface ModeMeasurement {
	readonly baseHotNs: Spread;
	readonly baseCpuNs: Spread;
	/** Mode less base, pair by pair. */
	readonly addedHotNs: Spread;
	readonly addedCpuNs: Spread;
	readonly latency: { readonly base: LatencyPercentiles; readonly mode: LatencyPercentiles } | undefined;
	readonly baseBytes: number;
	readonly modeBytes: number;
}

/** What one process measured, by row; the control is the first. */
export type ProcessMeasurement = Readonly<Record<string, ModeMeasurement>>;

async function warmUp(subject: CountedSubject, { warmUpBatches, recordsPerBatch }: ResolvedPlan): Promise<void> {
	for (let batch = 0; batch < warmUpBatches; batch += 1) {
		await subject.run(recordsPerBatch);
		await subject.flush();
	}
	await subject.verify();
}

async function measureMode(base: CountedSubject, mode: CountedSubject, plan: ResolvedPlan): Promise<ModeMeasurement> {
	await warmUp(base, plan);
	await warmUp(mode, plan);
	base.takeLatenciesMs();
	mode.takeLatenciesMs();
	const batches = await measurePairs(base, mode, plan.pairs, plan.recordsPerBatch);
	const latency =
		percentilesOfTaken(base.takeLatenciesMs(), mode.takeLatenciesMs()) ??
		(await measureLatency(base, mode, plan.latencyRecords));
	const baseBytes = await bytesPerRecord(base, plan.recordsPerBatch);
	const modeBytes = await bytesPerRecord(mode, plan.recordsPerBatch);
	await base.verify();
	await mode.verify();
	return {
		baseHotNs: spread(batches.baseHotNs),
		baseCpuNs: spread(batches.baseCpuNs),
		addedHotNs: spread(pairedDifferences(batches.baseHotNs, batches.modeHotNs)),
		addedCpuNs: spread(pairedDifferences(batches.baseCpuNs, batches.modeCpuNs)),
		latency,
		baseBytes,
		modeBytes,
	};
}

async function withSubject<T>(make: SubjectFactory, use: (subject: CountedSubject) => Promise<T>): Promise<T> {
	const subject = countedSubject(await make());
	try {
		return await use(subject);
	} finally {
		await subject.close();
	}
}

/**
 * Measures every mode, and the base against itself, in this process. The work is verified after the warm-up and after
 * the measurement; what a subject's `verify` throws ends the run.
 */
export async function measureInThisProcess(plan: ResolvedPlan): Promise<ProcessMeasurement> {
	const rows: Record<string, ModeMeasurement> = {};
	for (const [name, make] of Object.entries({ [CONTROL]: plan.base, ...plan.modes })) {
		process.stderr.write(`${plan.name}: ${name}, ${plan.pairs} pairs\n`);
		const baseOf = plan.bases[name] ?? plan.base;
		rows[name] = await withSubject(baseOf, (base) => withSubject(make, (mode) => measureMode(base, mode, plan)));
	}
	return rows;
}
