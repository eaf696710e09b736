import type { CountedSubject } from './counted-subject.ts';

const NS_PER_MS = 1e6;
const NS_PER_US = 1e3;

/** Cost of one batch, per record. */
interface BatchCost {
	readonly hotNs: number;
	readonly cpuNs: number;
}

/** Cost per record of each pair's two batches; index i of all four belongs to pair i. */
export interface PairedBatches {
	readonly baseHotNs: Float64Array;
	readonly modeHotNs: Float64Array;
	/** User and system time of the whole process, all threads, flush included. */
	readonly baseCpuNs: Float64Array;
	readonly modeCpuNs: Float64Array;
}

async function measureBatch(subject: CountedSubject, records: number): Promise<BatchCost> {
	const cpuBefore = process.cpuUsage();
	const begin = performance.now();
	const pending = subject.run(records);
	if (pending !== undefined) await pending;
	const hotMs = performance.now() - begin;
	await subject.flush();
	const { user, system } = process.cpuUsage(cpuBefore);
	return { hotNs: (hotMs * NS_PER_MS) / records, cpuNs: ((user + system) * NS_PER_US) / records };
}

/**
 * Runs base and mode batch by batch in turn, and the other way round in every second pair, so that neither always
 * profits from a warm cache or pays for the other's garbage.
 */
export async function measurePairs(
	base: CountedSubject,
	mode: CountedSubject,
	pairs: number,
	recordsPerBatch: number,
): Promise<PairedBatches> {
	const result: PairedBatches = {
		baseHotNs: new Float64Array(pairs),
		modeHotNs: new Float64Array(pairs),
		baseCpuNs: new Float64Array(pairs),
		modeCpuNs: new Float64Array(pairs),
	};
	for (let pair = 0; pair < pairs; pair += 1) {
		const isBaseFirst = pair % 2 === 0;
		const first = await measureBatch(isBaseFirst ? base : mode, recordsPerBatch);
		const second = await measureBatch(isBaseFirst ? mode : base, recordsPerBatch);
		const [baseCost, modeCost] = isBaseFirst ? [first, second] : [second, first];
		result.baseHotNs[pair] = baseCost.hotNs;
		result.modeHotNs[pair] = modeCost.hotNs;
		result.baseCpuNs[pair] = baseCost.cpuNs;
		result.modeCpuNs[pair] = modeCost.cpuNs;
	}
	return result;
}
