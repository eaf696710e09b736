export { type EmbeddedTarget, openDatabase, type ServerTarget, type StoreTarget } from './connection/open-database.ts';
export type { Administration, QueryOptions, QueryParameters, StoreDatabase } from './connection/store-database.ts';
export { StoreError, type StoreErrorCode } from './connection/store-error.ts';
export type { StorageCost } from './growth/storage-cost.ts';
export { type GrowthOptions, type StoreGrowth, storeGrowth, type TableGrowth } from './growth/store-growth.ts';
export {
	EVENT_KEYS,
	type EventKey,
	type EventPoint,
	type EventSeries,
	type EventSeriesRequest,
	eventSeries,
} from './metrics/event-series.ts';
export type { MetricRequest } from './metrics/metric-request.ts';
export { type HistogramPoint, type MetricSeries, metricSeries, type NumberPoint } from './metrics/metric-series.ts';
export {
	type QualityCell,
	type QualityCorrelation,
	type QualityReport,
	type QualityRequest,
	qualityCorrelation,
} from './metrics/quality-correlation.ts';
export type { SeriesStep } from './metrics/series-step.ts';
export { type MigrateOptions, type MigrationState, migrate, migrationStates } from './schema/migrate.ts';
export { applyRetention, RETENTIONS, type Retention, type RetentionProfile } from './schema/retention.ts';
export { TenantScope } from './tenancy/tenant-scope.ts';
export type { LinkedTrace, LinkReason } from './traces/linked-traces.ts';
export { searchTraces, type TracePage } from './traces/search-traces.ts';
export type { SpanEvent, SpanLink, SpanStatus, StoredSpan } from './traces/span-row.ts';
export type { TimeRange } from './traces/time-range.ts';
export { type Trace, type TraceGap, type TraceOptions, type TraceSpan, traceById } from './traces/trace-by-id.ts';
export type { TraceSearchRequest } from './traces/trace-search-request.ts';
export type { TraceSummary } from './traces/trace-summary.ts';
