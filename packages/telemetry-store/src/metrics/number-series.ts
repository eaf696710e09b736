import type { StoreDatabase } from '../connection/store-database.ts';
import { ROLL_UP_SECONDS } from '../schema/roll-ups.ts';
import { ownTenant, standardTenant } from '../tenancy/standard-tenant.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import type { CheckedMetric } from './metric-request.ts';
import { alignedFrom, LEAD_IN_S } from './series-step.ts';

/** Of one time and all series that were added up: a row of the answer. */
export interface NumberRow {
	readonly kind: 'gauge' | 'sum';
	/** Attributes as JSON. */
	readonly labels: string;
	readonly at: number;
	readonly mean: number;
	readonly lowest: number;
	readonly highest: number;
	/** Of each series the last, added up. */
	readonly last: number;
	/** Of sums, a second; null where there was nothing before it. */
	readonly rate: number | null;
}

const LEAD_IN_BUCKETS = 2;

/** Rows of gauges and sums, in the order of series and time. */
export async function numberRows(
	database: StoreDatabase,
	scope: TenantScope,
	metric: CheckedMetric,
	limit: number,
): Promise<readonly NumberRow[]> {
	const { name, range, step, labels, parameters } = metric;
	const width = step === 'raw' ? 1 : ROLL_UP_SECONDS[step];
	const from = alignedFrom(range, width);
	return await database.query<NumberRow>(
		`SELECT kind, ${labels} AS labels, at, sum(whole) / sum(many) AS mean, min(low) AS lowest, max(high) AS highest,
			sum(latest) AS last, if(kind = 'sum', sumOrNull(rise / seconds), NULL) AS rate
		FROM (
			SELECT *, ${RISE} AS rise, greatest(1, if(number > 1, at - at_before, if(since > 0, at - since, {width:UInt32}))) AS seconds
			FROM (
				SELECT *, row_number() OVER series AS number, lagInFrame(latest) OVER series AS before, lagInFrame(at) OVER series AS at_before
				FROM (${step === 'raw' ? rawPoints(scope, metric) : rolledPoints(scope, metric, step)})
				WINDOW series AS (PARTITION BY kind, service, instance, cityHash64(attributes) ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
			)
		)
		WHERE at >= {from:UInt32}
		GROUP BY kind, labels, at ORDER BY kind, labels, at LIMIT {limit:UInt32}`,
		{
			...scope.parameters,
			...parameters,
			name,
			from,
			to: range.toS,
			lead_in: Math.max(0, from - (step === 'raw' ? LEAD_IN_S : LEAD_IN_BUCKETS * width)),
			width,
			limit,
		},
	);
}

/**
 * By how much a series rose since its point before. A value below the one before it tells that the counter began anew. Of a first point it is
 * known only when the counter began after what is read, or within the bucket.
 */
const RISE = `multiIf(
	is_delta, whole,
	number > 1, if(latest >= before, latest - before, latest),
	since >= {lead_in:UInt32}, latest,
	within, high - low,
	NULL)`;

const rawPoints = (scope: TenantScope, { condition }: CheckedMetric): string =>
	[
		['gauge', '0'],
		['sum', 'max(AggregationTemporality = 1)'],
	]
		.map(
			([kind, isDelta]) =>
				`SELECT '${kind}' AS kind, ServiceName AS service, ResourceAttributes['service.instance.id'] AS instance, Attributes AS attributes,
					toUnixTimestamp(TimeUnix) AS at, count() AS many, sum(Value) AS whole, min(Value) AS low, max(Value) AS high,
					argMax(Value, TimeUnix) AS latest, toUnixTimestamp(min(StartTimeUnix)) AS since, ${isDelta} AS is_delta, 0 AS within
				FROM otel_metrics_${kind}
				WHERE MetricName = {name:String} AND TimeUnix >= toDateTime({lead_in:UInt32}) AND TimeUnix < toDateTime({to:UInt32})
					AND ${scope.condition(standardTenant('Attributes'))} AND ${condition}
				GROUP BY service, instance, attributes, at`,
		)
		.join('\nUNION ALL\n');

const rolledPoints = (scope: TenantScope, { condition }: CheckedMetric, step: string): string =>
	`SELECT toString(any(metrics.kind)) AS kind, service, '' AS instance, attributes, toUnixTimestamp(bucket) AS at,
		sum(points) AS many, sum(total) AS whole, min(lowest) AS low, max(highest) AS high, argMaxMerge(last) AS latest,
		0 AS since, 0 AS is_delta, 1 AS within
	FROM metrics_${step} AS metrics
	WHERE metric = {name:String} AND bucket >= toDateTime({lead_in:UInt32}, 'UTC') AND bucket < toDateTime({to:UInt32}, 'UTC')
		AND ${scope.condition(ownTenant('attributes'))} AND ${condition}
	GROUP BY service, attributes, bucket`;
