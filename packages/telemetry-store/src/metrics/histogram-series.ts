import type { StoreDatabase } from '../connection/store-database.ts';
import { ROLL_UP_SECONDS } from '../schema/roll-ups.ts';
import { standardTenant } from '../tenancy/standard-tenant.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import type { CheckedMetric } from './metric-request.ts';
import { alignedFrom, LEAD_IN_S } from './series-step.ts';

/** What was measured in one bucket of time, by all series that were added up. */
export interface HistogramRow {
	/** Attributes as JSON. */
	readonly labels: string;
	readonly bounds: readonly number[];
	readonly at: number;
	/** One more than bounds, as decimal text. */
	readonly counts: readonly string[];
	readonly count: string;
	readonly sum: number;
}

/**
 * Rows of histograms, in the order of series and time. There is no roll-up of them: points that are cumulative are taken apart, then added up
 * by time, whatever the step is.
 */
export async function histogramRows(
	database: StoreDatabase,
	scope: TenantScope,
	{ name, range, step, condition, labels, parameters }: CheckedMetric,
	limit: number,
): Promise<readonly HistogramRow[]> {
	const width = step === 'raw' ? 1 : ROLL_UP_SECONDS[step];
	const from = alignedFrom(range, width);
	return await database.query<HistogramRow>(
		`SELECT ${labels} AS labels, bounds, intDiv(time, {width:UInt32}) * {width:UInt32} AS at,
			sumForEach(${RISE_OF_BUCKETS}) AS counts, sum(${riseOf('many')}) AS count, sum(${riseOf('whole')}) AS sum
		FROM (
			SELECT *, row_number() OVER series AS number, lagInFrame(buckets) OVER series AS buckets_before,
				lagInFrame(many) OVER series AS many_before, lagInFrame(whole) OVER series AS whole_before
			FROM (
				SELECT ServiceName AS service, ResourceAttributes['service.instance.id'] AS instance, Attributes AS attributes,
					toUnixTimestamp(TimeUnix) AS time, toUnixTimestamp(StartTimeUnix) AS since, AggregationTemporality = 1 AS is_delta,
					ExplicitBounds AS bounds, arrayMap(each -> toInt64(each), BucketCounts) AS buckets, toInt64(Count) AS many, Sum AS whole
				FROM otel_metrics_histogram
				WHERE MetricName = {name:String} AND TimeUnix >= toDateTime({lead_in:UInt32}) AND TimeUnix < toDateTime({to:UInt32})
					AND ${scope.condition(standardTenant('Attributes'))} AND ${condition}
			)
			WINDOW series AS (PARTITION BY service, instance, cityHash64(attributes, bounds) ORDER BY time ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
		)
		WHERE time >= {from:UInt32} AND (is_delta OR number > 1 OR since >= {lead_in:UInt32})
		GROUP BY labels, bounds, at ORDER BY labels, bounds, at LIMIT {limit:UInt32}`,
		{
			...scope.parameters,
			...parameters,
			name,
			from,
			to: range.toS,
			lead_in: Math.max(0, from - LEAD_IN_S),
			width,
			limit,
		},
	);
}

/** Nothing is taken off a first point, nor off one with fewer measurements than the one before: the process began anew. */
const IS_WHOLE = 'is_delta OR number = 1 OR many < many_before';
const riseOf = (column: string) => `if(${IS_WHOLE}, ${column}, ${column} - ${column}_before)`;
const RISE_OF_BUCKETS = `if(${IS_WHOLE}, buckets, arrayMap((one, other) -> one - other, buckets, arrayResize(buckets_before, length(buckets))))`;
