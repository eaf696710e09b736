import type { StoreDatabase } from '../connection/store-database.ts';
import { ROLL_UP_SECONDS } from '../schema/roll-ups.ts';
import { standardTenant } from '../tenancy/standard-tenant.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import type { ExponentialBuckets } from './exponential-quantile.ts';
import type { CheckedMetric } from './metric-request.ts';
import { alignedFrom, LEAD_IN_S } from './series-step.ts';

/** What was measured in one bucket of time, by all series that were added up and have the same scale. */
export interface ExponentialRow extends ExponentialBuckets {
	/** Attributes as JSON. */
	readonly labels: string;
	readonly at: number;
	readonly count: number;
	readonly sum: number;
}

interface Row {
	readonly labels: string;
	readonly at: number;
	readonly scale: number;
	readonly positive: readonly [index: readonly number[], counts: readonly string[]];
	readonly negative: readonly [index: readonly number[], counts: readonly string[]];
	readonly zeros: string;
	readonly many: string;
	readonly whole: number;
}

/**
 * Rows of exponential histograms, in the order of series and time. As for other histograms, cumulative points are taken apart; the point
 * at which a series changed its scale cannot be, and is left out.
 */
export async function exponentialRows(
	database: StoreDatabase,
	scope: TenantScope,
	{ name, range, step, condition, labels, parameters }: CheckedMetric,
	limit: number,
): Promise<readonly ExponentialRow[]> {
	const width = step === 'raw' ? 1 : ROLL_UP_SECONDS[step];
	const from = alignedFrom(range, width);
	const rows = await database.query<Row>(
		`SELECT labels, at, scale, sumMap(above.keys, above.values) AS positive, sumMap(below.keys, below.values) AS negative,
			sum(none) AS zeros, sum(rise) AS many, sum(rise_of_sum) AS whole
		FROM (
			SELECT ${labels} AS labels, intDiv(time, {width:UInt32}) * {width:UInt32} AS at, scale,
				${riseOfMap('up')} AS above, ${riseOfMap('down')} AS below,
				${riseOf('zero')} AS none, ${riseOf('total')} AS rise, ${riseOf('added')} AS rise_of_sum
			FROM (
				SELECT *, row_number() OVER series AS number, lagInFrame(up) OVER series AS up_before, lagInFrame(down) OVER series AS down_before,
					lagInFrame(zero) OVER series AS zero_before, lagInFrame(total) OVER series AS total_before,
					lagInFrame(added) OVER series AS added_before, lagInFrame(scale) OVER series AS scale_before
				FROM (
					SELECT ServiceName AS service, ResourceAttributes['service.instance.id'] AS instance, Attributes AS attributes,
						toUnixTimestamp(TimeUnix) AS time, toUnixTimestamp(StartTimeUnix) AS since, AggregationTemporality = 1 AS is_delta,
						Scale AS scale, ${indexed('Positive')} AS up, ${indexed('Negative')} AS down,
						toInt64(ZeroCount) AS zero, toInt64(Count) AS total, Sum AS added
					FROM otel_metrics_exponential_histogram
					WHERE MetricName = {name:String} AND TimeUnix >= toDateTime({lead_in:UInt32}) AND TimeUnix < toDateTime({to:UInt32})
						AND ${scope.condition(standardTenant('Attributes'))} AND ${condition}
				)
				WINDOW series AS (PARTITION BY service, instance, cityHash64(attributes) ORDER BY time ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
			)
			WHERE time >= {from:UInt32} AND (is_delta OR if(number > 1, scale = scale_before OR total < total_before, since >= {lead_in:UInt32}))
		)
		GROUP BY labels, at, scale ORDER BY labels, at, scale LIMIT {limit:UInt32}`,
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
	return rows.map(({ positive, negative, zeros, many, whole, ...row }) => ({
		...row,
		positive: bucketsOf(positive),
		negative: bucketsOf(negative),
		zeros: Number(zeros),
		count: Number(many),
		sum: whole,
	}));
}

/** Counts by index, as a map: indexes move from point to point. */
const indexed = (sign: string) =>
	`mapFromArrays(arrayMap(place -> toInt32(${sign}Offset + place - 1), arrayEnumerate(${sign}BucketCounts)), arrayMap(each -> toInt64(each), ${sign}BucketCounts))`;

const IS_WHOLE = 'is_delta OR number = 1 OR total < total_before';
const riseOf = (column: string) => `if(${IS_WHOLE}, ${column}, ${column} - ${column}_before)`;
const riseOfMap = (column: string) => `if(${IS_WHOLE}, ${column}, mapSubtract(${column}, ${column}_before))`;

function bucketsOf([index, counts]: Row['positive']): ReadonlyMap<number, number> {
	return new Map(index.map((each, place) => [each, Number(counts[place])]));
}
