/** Families of histogram bounds. A metric names one instead of repeating a list, so that like measures stay comparable. */
export const BUCKET_FAMILIES = {
	/** Work inside the process, s. */
	fast: [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
	/** One step of processing, s. */
	proc: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 30],
	/** A call to another system, s. */
	io: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60],
	/** A record's way or a long wait, s. */
	e2e: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600],
	/** A job or a recovery, s. */
	job: [0.1, 0.5, 1, 5, 10, 30, 60, 300, 600, 1800, 3600, 7200, 21600],
	/** A chosen pause, s. */
	delay: [0.1, 0.5, 1, 2, 4, 8, 16, 30, 60, 120, 300, 900, 1800, 3600],
	/** Time spent in a store or queue of failed items, s: a minute to 90 days. */
	age: [60, 300, 900, 3600, 14400, 43200, 86400, 259200, 604800, 1209600, 2592000, 7776000],
	/** Sizes, By. */
	bytes: [64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 10485760, 67108864],
	/** Items of a batch. */
	count: [1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000],
	/** Values from 0 to 1, dense at the good end. */
	score: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1],
	/** Attempts and destinations. */
	tries: [1, 2, 3, 4, 5, 6, 8, 10, 20, 50],
} as const;

export type BucketFamily = keyof typeof BUCKET_FAMILIES;

function isFamily(name: string): name is BucketFamily {
	return Object.hasOwn(BUCKET_FAMILIES, name);
}

/**
 * Upper bounds (inclusive, ascending) of a histogram, from the family it names or its own list.
 * Undefined where it names a family that does not exist or gives no buckets at all.
 */
export function bucketBounds(buckets: string | readonly number[] | undefined): readonly number[] | undefined {
	if (typeof buckets !== 'string') return buckets;
	return isFamily(buckets) ? BUCKET_FAMILIES[buckets] : undefined;
}
