import type { GammaOptions } from './config.ts';
import { OpenBatches } from './open-batches.ts';
import { OpenRecords } from './open-records.ts';
import { RecentCounts, RecentCountsByName } from './recent-counts.ts';
import { TimedOutWaits } from './timed-out-waits.ts';

/** What the operations of one instrumentation know of each other. */
export interface GammaState {
	readonly records: OpenRecords;
	readonly batches: OpenBatches;
	readonly timedOut: TimedOutWaits;
	/** Failed renderings. */
	readonly renderings: RecentCounts;
	/** Successful attempts by destination. */
	readonly attempts: RecentCountsByName;
	/** Missing acknowledgments by destination. */
	readonly ackTimeouts: RecentCountsByName;
	/** Dead letters added, less those removed. */
	readonly deadLetters: RecentCounts;
}

/** Nothing is known yet. */
export function newState({ maxTimedOutWaits }: GammaOptions): GammaState {
	return {
		records: new OpenRecords(),
		batches: new OpenBatches(),
		timedOut: new TimedOutWaits(maxTimedOutWaits),
		renderings: new RecentCounts(),
		attempts: new RecentCountsByName(),
		ackTimeouts: new RecentCountsByName(),
		deadLetters: new RecentCounts(),
	};
}
