/** A time within a trace. Nanoseconds since 1970. */
export interface Interval {
	readonly startNs: bigint;
	readonly endNs: bigint;
}

/**
 * Times between the first begin and the last end in which none of the intervals was running, longest first.
 *
 * @param intervals in the order of their begin
 */
export function gapsBetween(intervals: readonly Interval[], shortestNs: bigint, most: number): readonly Interval[] {
	const gaps: Interval[] = [];
	let reached = intervals[0]?.startNs ?? 0n;
	for (const { startNs, endNs } of intervals) {
		if (startNs - reached >= shortestNs && startNs > reached) gaps.push({ startNs: reached, endNs: startNs });
		if (endNs > reached) reached = endNs;
	}
	const length = ({ startNs, endNs }: Interval) => Number(endNs - startNs);
	return gaps.toSorted((one, other) => length(other) - length(one)).slice(0, most);
}
