/**
 * Value below which the share of measurements lies. Within a bucket they are taken to be spread evenly, so that it is as exact as the buckets
 * are narrow; above the last bound there is only that bound to say.
 *
 * @param bounds upper ends of all buckets but the last, rising
 * @param counts of measurements, one more than bounds
 * @returns undefined without measurements, or bounds
 */
export function histogramQuantile(
	share: number,
	bounds: readonly number[],
	counts: readonly number[],
): number | undefined {
	const total = counts.reduce((sum, count) => sum + count, 0);
	const highest = bounds.at(-1);
	if (total <= 0 || highest === undefined) return undefined;
	const rank = share * total;
	let below = 0;
	for (const [index, upper] of bounds.entries()) {
		const count = counts[index] ?? 0;
		if (count > 0 && below + count >= rank) {
			// The first bucket has no lower end: measurements are seldom below zero.
			const lower = bounds[index - 1] ?? Math.min(0, upper);
			return lower + (upper - lower) * ((rank - below) / count);
		}
		below += count;
	}
	return highest;
}
