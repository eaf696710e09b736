import type { QueryParameters, StoreDatabase } from '../connection/store-database.ts';
import { StoreError } from '../connection/store-error.ts';
import { ROLL_UP_SECONDS, type RollUp } from '../schema/roll-ups.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import type { TimeRange } from '../traces/time-range.ts';
import { alignedFrom, checkedStep, secondRange, timeOf } from './series-step.ts';

/** What events are counted by. */
export const EVENT_KEYS = ['module', 'component', 'name', 'outcome', 'source_id', 'destination_id'] as const;
export type EventKey = (typeof EVENT_KEYS)[number];

export interface EventSeriesRequest {
	readonly timeRange: TimeRange;
	/** @default by the range: 1m up to 12 hours, 5m up to 3 days, 1h up to 31 days, then 1d */
	readonly step?: RollUp;
	/** What tells series apart. @default nothing: one series */
	readonly groupBy?: readonly EventKey[];
	/** Only events with one of these values, at most 100 of each. */
	readonly only?: Readonly<Partial<Record<EventKey, readonly string[]>>>;
}

export interface EventPoint {
	readonly time: string;
	readonly count: number;
	/** Those that ended otherwise than well, and those of severity ERROR and CRITICAL. */
	readonly errors: number;
	/** From 0 to 1. */
	readonly errorRate: number;
	/** Of events that have a duration: the completions of traces. Absent without one. */
	readonly durationMs?: { readonly mean: number; readonly p50: number; readonly p95: number; readonly p99: number };
}

export interface EventSeries {
	readonly key: Readonly<Partial<Record<EventKey, string>>>;
	readonly step: RollUp;
	readonly points: readonly EventPoint[];
}

interface EventRow {
	readonly key: readonly string[];
	readonly at: number;
	readonly events: string;
	readonly failures: string;
	readonly timed: string;
	readonly total_ms: number;
	readonly quantiles: readonly [number, number, number];
}

/** Outcomes of traces and audit entries that are no failure; most events have none. */
const WELL_ENDED = "'', 'SUCCESS', 'DELIVERED', 'PARTIAL'";
const MAX_SERIES = 1_000;
const MAX_ROWS = 200_000;
const MAX_VALUES = 100;
const MAX_TEXT = 1_024;

/**
 * Events over time, out of the roll-ups.
 *
 * @throws StoreError `QUERY_INVALID`, and `QUERY_TOO_LARGE` for more than 1,000 series or 200,000 points
 */
export async function eventSeries(
	database: StoreDatabase,
	scope: TenantScope,
	request: EventSeriesRequest,
): Promise<readonly EventSeries[]> {
	const range = secondRange(request.timeRange);
	const step = checkedStep(request.step, range);
	if (step === 'raw') throw new StoreError('QUERY_INVALID', 'Events are counted by 1m, 5m, 1h or 1d.');
	const groupBy = [...new Set(request.groupBy ?? [])];
	if (!groupBy.every(isEventKey))
		throw new StoreError('QUERY_INVALID', `Events are counted by ${EVENT_KEYS.join(', ')}.`);
	const filter = filterOf(request.only ?? {});
	// By the columns as they are: by the texts made of them it takes a fifth longer.
	const columns = [...groupBy, 'bucket'].join(', ');
	const rows = await database.query<EventRow>(
		`SELECT [${groupBy.map((key) => `toString(${key})`).join(', ')}]::Array(String) AS key, toUnixTimestamp(bucket) AS at,
			sum(count) AS events, sum(if(outcome IN (${WELL_ENDED}), errors, count)) AS failures, sumIf(count, duration_sum_ms > 0) AS timed, sum(duration_sum_ms) AS total_ms,
			quantilesTDigestMergeIf(0.5, 0.95, 0.99)(duration_quantiles, duration_sum_ms > 0) AS quantiles
		FROM events_${step}
		WHERE bucket >= toDateTime({from:UInt32}, 'UTC') AND bucket < toDateTime({to:UInt32}, 'UTC')
			AND ${[scope.condition(), ...filter.conditions].join(' AND ')}
		GROUP BY ${columns} ORDER BY ${columns} LIMIT ${MAX_ROWS + 1}`,
		{
			...scope.parameters,
			...filter.parameters,
			from: alignedFrom(range, ROLL_UP_SECONDS[step]),
			to: range.toS,
		},
	);
	const series = Map.groupBy(rows, ({ key }) => JSON.stringify(key));
	if (rows.length > MAX_ROWS || series.size > MAX_SERIES) {
		throw new StoreError('QUERY_TOO_LARGE', `More than ${MAX_SERIES} series or ${MAX_ROWS} points: count by less.`);
	}
	return [...series.values()].map((points) => ({
		key: Object.fromEntries(groupBy.map((name, index) => [name, points[0]?.key[index] ?? ''])),
		step,
		points: points.map(pointOf),
	}));
}

const isEventKey = (key: string): key is EventKey => EVENT_KEYS.some((known) => known === key);

function filterOf(only: NonNullable<EventSeriesRequest['only']>): {
	readonly conditions: readonly string[];
	readonly parameters: QueryParameters;
} {
	const wanted = Object.entries(only).filter(([, values]) => values.length > 0);
	for (const [key, values] of wanted) {
		if (!isEventKey(key)) throw new StoreError('QUERY_INVALID', `Events are found by ${EVENT_KEYS.join(', ')}.`);
		if (values.length > MAX_VALUES || values.some((value) => value.length > MAX_TEXT)) {
			throw new StoreError(
				'QUERY_INVALID',
				`At most ${MAX_VALUES} values of up to ${MAX_TEXT} characters can be given.`,
			);
		}
	}
	return {
		conditions: wanted.map(([key]) => `${key} IN {only_${key}:Array(String)}`),
		parameters: Object.fromEntries(wanted.map(([key, values]) => [`only_${key}`, values])),
	};
}

function pointOf({ at, events, failures, timed, total_ms, quantiles: [p50, p95, p99] }: EventRow): EventPoint {
	return {
		time: timeOf(at),
		count: Number(events),
		errors: Number(failures),
		errorRate: Number(failures) / Number(events),
		...(timed === '0' ? {} : { durationMs: { mean: total_ms / Number(timed), p50, p95, p99 } }),
	};
}
