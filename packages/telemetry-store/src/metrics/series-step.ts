import { StoreError } from '../connection/store-error.ts';
import { ROLL_UP_SECONDS, type RollUp } from '../schema/roll-ups.ts';
import { checkedRange, NS_PER_SECOND, type TimeRange } from '../traces/time-range.ts';

/** How far apart the points of a series are; `raw`: as they were measured. */
export type SeriesStep = 'raw' | RollUp;

/** Whole seconds since 1970: metrics are not stored finer. */
export interface SecondRange {
	readonly fromS: number;
	/** Not in the range itself. */
	readonly toS: number;
}

const MAX_DAYS = 800;
/** Points of one series: a step that gives more in a range is refused. Two years of hours are fewer. */
const MAX_POINTS = 20_000;
/** Raw points come as often as a process reports: every second at the most. */
const MAX_RAW_SECONDS = MAX_POINTS;
const STEPS = Object.keys(ROLL_UP_SECONDS) as readonly RollUp[];
const HOUR_S = 3_600;
/** Widest range that gets the step when nobody names one: some hundreds of points. */
const WIDEST_S: Readonly<Record<RollUp, number>> = {
	'1m': 12 * HOUR_S,
	'5m': 3 * 24 * HOUR_S,
	'1h': 31 * 24 * HOUR_S,
	'1d': Number.POSITIVE_INFINITY,
};

/** The part of a second at either end counts as in the range. */
export function secondRange(range: TimeRange): SecondRange {
	const { fromNs, toNs } = checkedRange(range, MAX_DAYS);
	const wholeTo = toNs % NS_PER_SECOND === 0n ? toNs / NS_PER_SECOND : toNs / NS_PER_SECOND + 1n;
	return { fromS: Number(fromNs / NS_PER_SECOND), toS: Number(wholeTo) };
}

/** @throws StoreError `QUERY_INVALID` for a step that gives too many points, or is none */
export function checkedStep(step: SeriesStep | undefined, { fromS, toS }: SecondRange): SeriesStep {
	const seconds = toS - fromS;
	if (step === undefined) return STEPS.find((each) => seconds <= WIDEST_S[each]) ?? '1d';
	if (step !== 'raw' && !STEPS.includes(step)) {
		throw new StoreError('QUERY_INVALID', `A step is raw, ${STEPS.join(', ')}.`);
	}
	const most = step === 'raw' ? MAX_RAW_SECONDS : MAX_POINTS * ROLL_UP_SECONDS[step];
	if (seconds <= most) return step;
	throw new StoreError('QUERY_INVALID', `The step ${step} is for ranges of up to ${most} seconds.`);
}

/** Begin of the first bucket that has a part of the range: buckets are whole. */
export function alignedFrom({ fromS }: SecondRange, stepS: number): number {
	return fromS - (fromS % stepS);
}

/** Points of a series are read from so far before the range, so that the first in it has one before it. */
export const LEAD_IN_S = 600;

/** ISO 8601 of seconds since 1970. */
export const timeOf = (seconds: number): string => new Date(seconds * 1_000).toISOString();
