/**
 * Counts of an exponential histogram: bucket `i` is above `base ** i` up to `base ** (i + 1)`, with the base `2 ** (2 ** -scale)`.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponentialhistogram
 */
export interface ExponentialBuckets {
	readonly scale: number;
	readonly positive: ReadonlyMap<number, number>;
	/** By index of the absolute value. */
	readonly negative: ReadonlyMap<number, number>;
	readonly zeros: number;
}

/** Adds histograms up, at the coarsest scale among them. */
export function mergedBuckets(histograms: readonly ExponentialBuckets[]): ExponentialBuckets {
	const scale = Math.min(...histograms.map((each) => each.scale));
	const positive = new Map<number, number>();
	const negative = new Map<number, number>();
	let zeros = 0;
	for (const each of histograms) {
		// Two neighbours become one with every step of the scale.
		const width = 2 ** (each.scale - scale);
		for (const [from, to] of [
			[each.positive, positive],
			[each.negative, negative],
		] as const) {
			for (const [index, count] of from) {
				const wide = Math.floor(index / width);
				to.set(wide, (to.get(wide) ?? 0) + count);
			}
		}
		zeros += each.zeros;
	}
	return { scale, positive, negative, zeros };
}

interface Bucket {
	readonly lower: number;
	readonly upper: number;
	readonly count: number;
}

/**
 * Value below which the share of measurements lies; within a bucket they are taken to be spread evenly.
 *
 * @returns undefined without measurements
 */
export function exponentialQuantile(share: number, histogram: ExponentialBuckets): number | undefined {
	const buckets = bucketsInOrder(histogram);
	const total = buckets.reduce((sum, { count }) => sum + count, 0);
	if (total <= 0) return undefined;
	let left = share * total;
	for (const { lower, upper, count } of buckets) {
		if (left <= count) return lower + (upper - lower) * (Math.max(0, left) / count);
		left -= count;
	}
	return buckets.at(-1)?.upper;
}

/** From the lowest value to the highest, without empty ones. */
function bucketsInOrder({ scale, positive, negative, zeros }: ExponentialBuckets): readonly Bucket[] {
	const bound = (index: number) => 2 ** (index * 2 ** -scale);
	const byIndex = (counts: ReadonlyMap<number, number>) =>
		[...counts].filter(([, count]) => count > 0).toSorted(([one], [other]) => one - other);
	return [
		...byIndex(negative)
			.toReversed()
			.map(([index, count]) => ({ lower: -bound(index + 1), upper: -bound(index), count })),
		...(zeros > 0 ? [{ lower: 0, upper: 0, count: zeros }] : []),
		...byIndex(positive).map(([index, count]) => ({ lower: bound(index), upper: bound(index + 1), count })),
	];
}
