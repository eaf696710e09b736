/** Bounds in seconds of the histogram of how long requests take. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

interface RouteCounts {
	readonly byStatus: Map<number, number>;
	readonly buckets: number[];
	sum: number;
	count: number;
}

/** How often and how long requests were answered, by route and status: as many series as there are routes. */
export class QueryCounters {
	readonly #routes = new Map<string, RouteCounts>();

	/** @param route its pattern, never the address that was asked */
	add(route: string, status: number, seconds: number): void {
		const counts = this.#countsOf(route);
		counts.byStatus.set(status, (counts.byStatus.get(status) ?? 0) + 1);
		counts.sum += seconds;
		counts.count++;
		const bucket = BUCKETS.findIndex((bound) => seconds <= bound);
		if (bucket >= 0) counts.buckets[bucket] = (counts.buckets[bucket] ?? 0) + 1;
	}

	/** Lines in the text format of Prometheus. */
	lines(): readonly string[] {
		const requests: string[] = ['# TYPE observatory_requests_total counter'];
		const durations: string[] = ['# TYPE observatory_request_duration_seconds histogram'];
		for (const [route, { byStatus, buckets, sum, count }] of this.#routes) {
			for (const [status, times] of byStatus) {
				requests.push(`observatory_requests_total{route="${route}",status="${status}"} ${times}`);
			}
			let below = 0;
			for (const [index, bound] of BUCKETS.entries()) {
				below += buckets[index] ?? 0;
				durations.push(`observatory_request_duration_seconds_bucket{route="${route}",le="${bound}"} ${below}`);
			}
			durations.push(
				`observatory_request_duration_seconds_bucket{route="${route}",le="+Inf"} ${count}`,
				`observatory_request_duration_seconds_sum{route="${route}"} ${sum}`,
				`observatory_request_duration_seconds_count{route="${route}"} ${count}`,
			);
		}
		return [...requests, ...durations];
	}

	#countsOf(route: string): RouteCounts {
		const known = this.#routes.get(route);
		if (known !== undefined) return known;
		const counts: RouteCounts = { byStatus: new Map(), buckets: BUCKETS.map(() => 0), sum: 0, count: 0 };
		this.#routes.set(route, counts);
		return counts;
	}
}
