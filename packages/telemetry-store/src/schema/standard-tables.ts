import { standardTenant } from '../tenancy/standard-tenant.ts';
import { type Layout, onCluster, storedTable, type TableDefinition, type ViewDefinition } from './table.ts';

/**
 * The tables that the OpenTelemetry Collector's ClickHouse exporter 0.161 writes, column by column, so that a Collector, or any user interface
 * that knows them, works on the same tables.
 */

const ZSTD = 'CODEC(ZSTD(1))';
const ATTRIBUTES = `Map(LowCardinality(String), String) ${ZSTD}`;
const TEXT = `String ${ZSTD}`;
const NAME = `LowCardinality(String) ${ZSTD}`;
const NANOS = 'DateTime64(9)';

function attributeIndexes(columns: Readonly<Record<string, string>>): Record<string, string> {
	const indexes = Object.entries(columns).flatMap(([prefix, column]) => [
		[`idx_${prefix}_key`, `mapKeys(${column}) TYPE bloom_filter(0.01) GRANULARITY 1`],
		[`idx_${prefix}_value`, `mapValues(${column}) TYPE bloom_filter(0.01) GRANULARITY 1`],
	]);
	return Object.fromEntries(indexes) as Record<string, string>;
}

/** Not the Collector's, which need not know of it. Of the attributes alone, it took as long to tell whose a span is as all else together. */
const TENANT = {
	tenant_id: `LowCardinality(String) MATERIALIZED ${standardTenant('SpanAttributes')} ${ZSTD}`,
} as const;

const TRACES: TableDefinition = {
	name: 'otel_traces',
	columns: {
		Timestamp: `${NANOS} CODEC(Delta(8), ZSTD(1))`,
		TraceId: TEXT,
		SpanId: TEXT,
		ParentSpanId: TEXT,
		TraceState: TEXT,
		SpanName: NAME,
		SpanKind: NAME,
		ServiceName: NAME,
		ResourceAttributes: ATTRIBUTES,
		ScopeName: TEXT,
		ScopeVersion: TEXT,
		SpanAttributes: ATTRIBUTES,
		Duration: `UInt64 ${ZSTD}`,
		StatusCode: NAME,
		StatusMessage: TEXT,
		Events: `Nested (Timestamp ${NANOS}, Name LowCardinality(String), Attributes Map(LowCardinality(String), String)) ${ZSTD}`,
		Links: `Nested (TraceId String, SpanId String, TraceState String, Attributes Map(LowCardinality(String), String)) ${ZSTD}`,
		...TENANT,
	},
	indexes: {
		idx_trace_id: 'TraceId TYPE bloom_filter(0.001) GRANULARITY 1',
		...attributeIndexes({ res_attr: 'ResourceAttributes', span_attr: 'SpanAttributes' }),
		idx_duration: 'Duration TYPE minmax GRANULARITY 1',
	},
	partition: 'toDate(Timestamp)',
	order: '(ServiceName, SpanName, toDateTime(Timestamp))',
	shardBy: 'cityHash64(TraceId)',
	// The spans of a trace stand apart, and with each its whole granule is read.
	settings: { index_granularity: 1_024 },
};

const TRACE_TIMES: TableDefinition = {
	name: 'otel_traces_trace_id_ts',
	columns: {
		TraceId: TEXT,
		Start: 'DateTime CODEC(Delta(4), ZSTD(1))',
		End: 'DateTime CODEC(Delta(4), ZSTD(1))',
	},
	indexes: { idx_trace_id: 'TraceId TYPE bloom_filter(0.01) GRANULARITY 1' },
	// The Collector's is by day: who asks for a trace does not know the day, and would look into every one.
	partition: 'toYYYYMM(Start)',
	order: '(TraceId, Start)',
	shardBy: 'cityHash64(TraceId)',
	settings: { index_granularity: 1_024, ttl_only_drop_parts: 0 },
};

const LOGS: TableDefinition = {
	name: 'otel_logs',
	columns: {
		Timestamp: `${NANOS} CODEC(Delta(8), ZSTD(1))`,
		TraceId: TEXT,
		SpanId: TEXT,
		TraceFlags: 'UInt8',
		SeverityText: NAME,
		SeverityNumber: 'UInt8',
		ServiceName: NAME,
		Body: TEXT,
		ResourceSchemaUrl: NAME,
		ResourceAttributes: ATTRIBUTES,
		ScopeSchemaUrl: NAME,
		ScopeName: TEXT,
		ScopeVersion: NAME,
		ScopeAttributes: ATTRIBUTES,
		LogAttributes: ATTRIBUTES,
		EventName: TEXT,
		...Object.fromEntries(
			['cluster.name', 'container.name', 'deployment.name', 'namespace.name', 'node.name', 'pod.name', 'pod.uid']
				.map((key) => `k8s.${key}`)
				.concat('deployment.environment.name')
				.map((key) => [
					`__otel_materialized_${key}`,
					`LowCardinality(String) MATERIALIZED ResourceAttributes['${key}'] ${ZSTD}`,
				]),
		),
	},
	indexes: {
		idx_trace_id: 'TraceId TYPE bloom_filter(0.001) GRANULARITY 1',
		...attributeIndexes({ res_attr: 'ResourceAttributes', scope_attr: 'ScopeAttributes', log_attr: 'LogAttributes' }),
		idx_lower_body: 'lower(Body) TYPE tokenbf_v1(32768, 3, 0) GRANULARITY 8',
	},
	partition: 'toDate(Timestamp)',
	order: '(toStartOfFiveMinutes(Timestamp), ServiceName, Timestamp)',
	shardBy: 'cityHash64(TraceId)',
};

const METRIC_COLUMNS = {
	ResourceAttributes: ATTRIBUTES,
	ResourceSchemaUrl: TEXT,
	ScopeName: TEXT,
	ScopeVersion: TEXT,
	ScopeAttributes: ATTRIBUTES,
	ScopeDroppedAttrCount: `UInt32 ${ZSTD}`,
	ScopeSchemaUrl: TEXT,
	ServiceName: NAME,
	MetricName: NAME,
	MetricDescription: TEXT,
	MetricUnit: TEXT,
	Attributes: ATTRIBUTES,
	StartTimeUnix: 'DateTime CODEC(Delta(4), ZSTD(1))',
	TimeUnix: 'DateTime CODEC(Delta(4), ZSTD(1))',
} as const;
const FLAGS = { Flags: `UInt32 ${ZSTD}` };
const EXEMPLARS = {
	Exemplars: `Nested (FilteredAttributes Map(LowCardinality(String), String), TimeUnix DateTime, Value Float64, SpanId String, TraceId String) ${ZSTD}`,
};
const VALUE = { Value: `Float64 ${ZSTD}` };
const TEMPORALITY = { AggregationTemporality: `Int32 ${ZSTD}` };
const TOTALS = { Count: 'UInt64 CODEC(Delta(8), ZSTD(1))', Sum: `Float64 ${ZSTD}` };
const RANGE = { Min: `Float64 ${ZSTD}`, Max: `Float64 ${ZSTD}` };
const COUNTS = `Array(UInt64) ${ZSTD}`;

function metricTable(name: string, columns: Readonly<Record<string, string>>): TableDefinition {
	return {
		name,
		columns: { ...METRIC_COLUMNS, ...columns },
		indexes: {
			...attributeIndexes({ res_attr: 'ResourceAttributes', scope_attr: 'ScopeAttributes', attr: 'Attributes' }),
			idx_time_minmax: 'TimeUnix TYPE minmax GRANULARITY 1',
		},
		partition: 'toDate(TimeUnix)',
		order: '(ServiceName, MetricName, toStartOfHour(TimeUnix), cityHash64(Attributes), TimeUnix)',
		shardBy: 'cityHash64(MetricName, Attributes)',
	};
}

export const STANDARD_TABLES: readonly TableDefinition[] = [
	TRACES,
	TRACE_TIMES,
	LOGS,
	metricTable('otel_metrics_gauge', { ...VALUE, ...FLAGS, ...EXEMPLARS }),
	metricTable('otel_metrics_sum', {
		...VALUE,
		...FLAGS,
		...EXEMPLARS,
		...TEMPORALITY,
		IsMonotonic: 'Boolean CODEC(Delta(1), ZSTD(1))',
	}),
	metricTable('otel_metrics_histogram', {
		...TOTALS,
		BucketCounts: COUNTS,
		ExplicitBounds: `Array(Float64) ${ZSTD}`,
		...EXEMPLARS,
		...FLAGS,
		...RANGE,
		...TEMPORALITY,
	}),
	metricTable('otel_metrics_exponential_histogram', {
		...TOTALS,
		Scale: `Int32 ${ZSTD}`,
		ZeroCount: `UInt64 ${ZSTD}`,
		PositiveOffset: `Int32 ${ZSTD}`,
		PositiveBucketCounts: COUNTS,
		NegativeOffset: `Int32 ${ZSTD}`,
		NegativeBucketCounts: COUNTS,
		...EXEMPLARS,
		...FLAGS,
		...RANGE,
		...TEMPORALITY,
	}),
	metricTable('otel_metrics_summary', {
		...TOTALS,
		ValueAtQuantiles: `Nested (Quantile Float64, Value Float64) ${ZSTD}`,
		...FLAGS,
	}),
];

export const STANDARD_VIEWS: readonly ViewDefinition[] = [
	{
		name: 'otel_traces_trace_id_ts_mv',
		from: 'otel_traces',
		to: 'otel_traces_trace_id_ts',
		select: 'TraceId, min(Timestamp) AS Start, max(Timestamp) AS End',
		rest: "WHERE TraceId != '' GROUP BY TraceId",
	},
];

/** For a table that a Collector has made. */
export function addTenant(layout: Layout): readonly string[] {
	const tables = new Set([storedTable(layout, TRACES.name), `${layout.database}.${TRACES.name}`]);
	const columns = Object.entries(TENANT).map(([name, type]) => `ADD COLUMN IF NOT EXISTS ${name} ${type}`);
	return [...tables].map((table) => `ALTER TABLE ${table}${onCluster(layout)} ${columns.join(', ')}`);
}
