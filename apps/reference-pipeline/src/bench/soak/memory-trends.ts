import { atMost, type Goal } from '@pipeline/bench';
import type { HeldMemory } from '../held-memory.ts';
import type { MemorySample } from './soak-protocol.ts';
import { type Trend, trendOf } from './trend.ts';

/** How one kind of memory has changed. */
export interface MemoryTrend extends Trend {
	readonly firstMb: number;
	readonly lastMb: number;
}

export type MemoryTrends = Readonly<Partial<Record<keyof HeldMemory, MemoryTrend>>>;

/** MB a minute that a process may seem to grow by: 80 bytes of a record at the rate of the soak; resident memory goes by pages. */
const GROWTH = { heap: 0.5, buffers: 0.5, threadHeap: 0.5, threadBuffers: 0.5, rss: 2 } as const;
const KINDS = Object.keys(GROWTH) as (keyof HeldMemory)[];
const MB = 1_048_576;
const SECONDS_A_MINUTE = 60;

/** What is on its way comes and goes: memory that stays is the least of each time between outages. One that was not over says nothing of it. */
export function memoryTrends(
	samples: readonly MemorySample[],
	{ warmUpSeconds, everySeconds }: { readonly warmUpSeconds: number; readonly everySeconds: number },
): MemoryTrends {
	const end = Math.floor((samples.at(-1)?.seconds ?? 0) / everySeconds) * everySeconds;
	const warm = samples.filter(({ seconds }) => seconds >= warmUpSeconds && seconds < end);
	const cycles = [...Map.groupBy(warm, ({ seconds }) => Math.floor(seconds / everySeconds))];
	const trends = KINDS.map((kind) => {
		const points = cycles.map(
			([cycle, within]) =>
				[(cycle * everySeconds) / SECONDS_A_MINUTE, Math.min(...within.map((sample) => sample[kind])) / MB] as const,
		);
		return [kind, { ...trendOf(points), firstMb: points[0]![1], lastMb: points.at(-1)![1] }] as const;
	});
	return Object.fromEntries(trends);
}

/** None grows. */
export function memoryGoals(trends: MemoryTrends): readonly Goal[] {
	return KINDS.flatMap((kind) => {
		const trend = trends[kind];
		return trend === undefined ? [] : [atMost('soak', `${kind}, MB a minute`, trend.slope, GROWTH[kind], 0)];
	});
}
