import type { TableDefinition, ViewDefinition } from './table.ts';

/** Seconds of a bucket, by the suffix of its table. */
export const ROLL_UP_SECONDS = { '1m': 60, '5m': 300, '1h': 3_600, '1d': 86_400 } as const;
export type RollUp = keyof typeof ROLL_UP_SECONDS;

const NAME = 'LowCardinality(String)';
/** From the finest to the coarsest. */
const WIDTHS = Object.entries(ROLL_UP_SECONDS);
const FINEST = '1m' satisfies RollUp;

const EVENT_KEY = 'tenant_id, bucket, module, component, name, outcome, source_id, destination_id';
const METRIC_KEY = 'service, metric, bucket, attributes';

function eventTable(suffix: string): TableDefinition {
	return {
		name: `events_${suffix}`,
		columns: {
			tenant_id: NAME,
			bucket: "DateTime('UTC') CODEC(Delta(4), ZSTD(1))",
			module: NAME,
			component: NAME,
			name: NAME,
			outcome: NAME,
			source_id: NAME,
			destination_id: NAME,
			count: 'SimpleAggregateFunction(sum, UInt64)',
			errors: 'SimpleAggregateFunction(sum, UInt64)',
			duration_quantiles: 'AggregateFunction(quantilesTDigest(0.5, 0.95, 0.99), Float64)',
			duration_sum_ms: 'SimpleAggregateFunction(sum, Float64)',
		},
		engine: 'AggregatingMergeTree',
		partition: 'toYYYYMM(bucket)',
		order: `(${EVENT_KEY})`,
		shardBy: 'cityHash64(tenant_id, module, component, name)',
	};
}

/** Start of the bucket that an instant is in. */
const bucketOf = (instant: string, seconds: number) => `toStartOfInterval(${instant}, INTERVAL ${seconds} SECOND)`;

/** The finest roll-up, of events as they come. What took no time says nothing about how long it takes. */
function eventView(from: string, outcome: string): ViewDefinition {
	return {
		name: `${from}_${FINEST}_mv`,
		from,
		to: `events_${FINEST}`,
		select: [
			'tenant_id',
			`${bucketOf("toDateTime(timestamp, 'UTC')", ROLL_UP_SECONDS[FINEST])} AS bucket`,
			'module, component, name',
			`${outcome} AS outcome`,
			'source_id, destination_id',
			'count() AS count, countIf(severity >= 4) AS errors',
			'quantilesTDigestStateIf(0.5, 0.95, 0.99)(duration_ms, duration_ms > 0) AS duration_quantiles',
			'sum(duration_ms) AS duration_sum_ms',
		].join(', '),
		rest: `GROUP BY ${EVENT_KEY}`,
	};
}

function coarserEvents(from: string, suffix: string, seconds: number): ViewDefinition {
	return {
		name: `events_${suffix}_mv`,
		from: `events_${from}`,
		to: `events_${suffix}`,
		select: [
			`tenant_id, ${bucketOf('finer.bucket', seconds)} AS bucket`,
			'module, component, name, outcome, source_id, destination_id',
			'sum(finer.count) AS count, sum(finer.errors) AS errors',
			'quantilesTDigestMergeState(0.5, 0.95, 0.99)(finer.duration_quantiles) AS duration_quantiles',
			'sum(finer.duration_sum_ms) AS duration_sum_ms',
		].join(', '),
		rest: `AS finer GROUP BY ${EVENT_KEY}`,
	};
}

/** Of gauges and sums. A sum's rise is its highest value less its lowest: series are cumulative. */
function metricTable(suffix: string): TableDefinition {
	return {
		name: `metrics_${suffix}`,
		columns: {
			service: NAME,
			metric: NAME,
			bucket: "DateTime('UTC') CODEC(Delta(4), ZSTD(1))",
			attributes: `Map(${NAME}, String)`,
			kind: `SimpleAggregateFunction(any, ${NAME})`,
			points: 'SimpleAggregateFunction(sum, UInt64)',
			total: 'SimpleAggregateFunction(sum, Float64)',
			lowest: 'SimpleAggregateFunction(min, Float64)',
			highest: 'SimpleAggregateFunction(max, Float64)',
			last: 'AggregateFunction(argMax, Float64, DateTime)',
		},
		engine: 'AggregatingMergeTree',
		partition: 'toYYYYMM(bucket)',
		order: `(${METRIC_KEY})`,
		shardBy: 'cityHash64(metric, attributes)',
	};
}

const TENANT = "'pipeline.tenant'";
/** A point's own attributes, with the tenant of its resource where they name none: a roll-up keeps no attributes of resources. */
const WITH_TENANT = `if(Attributes[${TENANT}] = '' AND ResourceAttributes[${TENANT}] != '',
	mapUpdate(Attributes, CAST(map(${TENANT}, ResourceAttributes[${TENANT}]), 'Map(${NAME}, String)')), Attributes)`;

function metricView(from: string, kind: string): ViewDefinition {
	return {
		name: `${from}_${FINEST}_mv`,
		from,
		to: `metrics_${FINEST}`,
		select: [
			'ServiceName AS service, MetricName AS metric',
			`${bucketOf("toDateTime(TimeUnix, 'UTC')", ROLL_UP_SECONDS[FINEST])} AS bucket`,
			`${WITH_TENANT} AS attributes, any('${kind}') AS kind`,
			'count() AS points, sum(Value) AS total, min(Value) AS lowest, max(Value) AS highest',
			'argMaxState(Value, TimeUnix) AS last',
		].join(', '),
		rest: `GROUP BY ${METRIC_KEY}`,
	};
}

function coarserMetrics(from: string, suffix: string, seconds: number): ViewDefinition {
	return {
		name: `metrics_${suffix}_mv`,
		from: `metrics_${from}`,
		to: `metrics_${suffix}`,
		select: [
			`service, metric, ${bucketOf('finer.bucket', seconds)} AS bucket, attributes, any(finer.kind) AS kind`,
			'sum(finer.points) AS points, sum(finer.total) AS total',
			'min(finer.lowest) AS lowest, max(finer.highest) AS highest',
			'argMaxMergeState(finer.last) AS last',
		].join(', '),
		rest: `AS finer GROUP BY ${METRIC_KEY}`,
	};
}

/** For dashboards and long times: they never scan raw rows. */
export const ROLL_UP_TABLES: readonly TableDefinition[] = WIDTHS.flatMap(([suffix]) => [
	eventTable(suffix),
	metricTable(suffix),
]);

/** Only the finest are made of what comes in, the others of the ones before them: there is far less of those. */
export const ROLL_UP_VIEWS: readonly ViewDefinition[] = [
	eventView('telemetry_events', 'trace_outcome'),
	eventView('audit_events', 'outcome'),
	metricView('otel_metrics_gauge', 'gauge'),
	metricView('otel_metrics_sum', 'sum'),
	...WIDTHS.slice(1).flatMap(([suffix, seconds], index) => {
		const [finer = FINEST] = WIDTHS[index] ?? [];
		return [coarserEvents(finer, suffix, seconds), coarserMetrics(finer, suffix, seconds)];
	}),
];
