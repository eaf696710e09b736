import type { QueueEntry } from '@pipeline/model';

/** Ages of queued entries. A bucket holds what is younger than its bound and older than the one before. */
export interface AgeDistribution {
	readonly buckets: Readonly<Record<AgeBucket, number>>;
	readonly oldestAgeSeconds: number;
}

/** Under an hour, a day, a week, 30 days, or older. */
export type AgeBucket = 'LT_1H' | 'LT_1D' | 'LT_7D' | 'LT_30D' | 'GE_30D';

const BOUNDS: readonly (readonly [AgeBucket, number])[] = [
	['LT_1H', 3600],
	['LT_1D', 86_400],
	['LT_7D', 604_800],
	['LT_30D', 2_592_000],
];

/** Sorts entries by their age. */
export function ageDistribution(entries: readonly QueueEntry[], nowMs: number): AgeDistribution {
	const buckets: Record<AgeBucket, number> = { LT_1H: 0, LT_1D: 0, LT_7D: 0, LT_30D: 0, GE_30D: 0 };
	let oldestAgeSeconds = 0;
	for (const entry of entries) {
		const ageSeconds = Math.max(0, (nowMs - Date.parse(entry.enqueuedAt)) / 1000);
		buckets[BOUNDS.find(([, bound]) => ageSeconds < bound)?.[0] ?? 'GE_30D'] += 1;
		oldestAgeSeconds = Math.max(oldestAgeSeconds, ageSeconds);
	}
	return { buckets, oldestAgeSeconds };
}
