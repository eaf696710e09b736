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

const states = new WeakMap<object, GammaState>();

/** One for each configuration: single operations that are wrapped one by one belong together too. */
export function stateOf(config: object, { maxTimedOutWaits }: GammaOptions): GammaState {
	const known = states.get(config);
	if (known !== undefined) return known;
	const state: GammaState = {
		records: new OpenRecords(),
		batches: new OpenBatches(),
		timedOut: new TimedOutWaits(maxTimedOutWaits),
		renderings: new RecentCounts(),
		attempts: new RecentCountsByName(),
		ackTimeouts: new RecentCountsByName(),
		deadLetters: new RecentCounts(),
	};
	states.set(config, state);
	return state;
}
