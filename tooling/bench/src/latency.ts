import type { CountedSubject } from './counted-subject.ts';
import { quantile } from './statistics.ts';

const NS_PER_MS = 1e6;
const CHUNK = 1000;

/** Latency of single records, in nanoseconds. One clock read (some 30 ns) is part of each. */
export interface LatencyPercentiles {
	readonly p50Ns: number;
	readonly p99Ns: number;
	readonly p999Ns: number;
}

async function recordLatencies(
	runOne: () => void | Promise<void>,
	into: Float64Array,
	from: number,
	to: number,
): Promise<void> {
	for (let index = from; index < to; index += 1) {
		const begin = performance.now();
		const pending = runOne();
		if (pending !== undefined) await pending;
		into[index] = (performance.now() - begin) * NS_PER_MS;
	}
}

/** Percentiles of what subjects have measured themselves; undefined if they have not. */
export function percentilesOfTaken(
	base: readonly number[],
	mode: readonly number[],
): { readonly base: LatencyPercentiles; readonly mode: LatencyPercentiles } | undefined {
	if (base.length === 0 || mode.length === 0) return undefined;
	const inNs = (latenciesMs: readonly number[]) => Float64Array.from(latenciesMs, (ms) => ms * NS_PER_MS);
	return { base: percentiles(inNs(base)), mode: percentiles(inNs(mode)) };
}

function percentiles(latencies: Float64Array): LatencyPercentiles {
	return {
		p50Ns: quantile(latencies, 0.5),
		p99Ns: quantile(latencies, 0.99),
		p999Ns: quantile(latencies, 0.999),
	};
}

/** Percentiles of base and mode, measured in turns of 1000 records. Undefined if either cannot run single records. */
export async function measureLatency(
	base: CountedSubject,
	mode: CountedSubject,
	records: number,
): Promise<{ readonly base: LatencyPercentiles; readonly mode: LatencyPercentiles } | undefined> {
	if (base.runOne === undefined || mode.runOne === undefined || records === 0) return undefined;
	const ofBase = new Float64Array(records);
	const ofMode = new Float64Array(records);
	for (let from = 0; from < records; from += CHUNK) {
		const to = Math.min(from + CHUNK, records);
		await recordLatencies(base.runOne, ofBase, from, to);
		await base.flush();
		await recordLatencies(mode.runOne, ofMode, from, to);
		await mode.flush();
	}
	return { base: percentiles(ofBase), mode: percentiles(ofMode) };
}
