export { type EmbeddedTarget, openDatabase, type ServerTarget, type StoreTarget } from './connection/open-database.ts';
export type { Administration, QueryOptions, QueryParameters, StoreDatabase } from './connection/store-database.ts';
export { StoreError, type StoreErrorCode } from './connection/store-error.ts';
export type { Delivery, DeliveryAttempt, DeliveryStatus } from './journey/deliveries.ts';
export type {
	JourneyError,
	JourneyGap,
	JourneyGapKind,
	JourneyModule,
	JourneyQueueEntry,
	JourneyReplay,
	JourneyStage,
	JourneyTrace,
	RecordJourney,
} from './journey/journey.ts';
export { renderJourneyHtml } from './journey/journey-html.ts';
export { type JourneyTextOptions, renderJourneyText } from './journey/journey-text.ts';
export { type JourneyOptions, recordJourney } from './journey/record-journey.ts';
export type { RecordOutcome, TerminalPoint } from './journey/terminal-points.ts';
export type { LineageEdgeOfTenant, LineageNode } from './lineage/lineage-graph.ts';
export type { LineageNodeKind } from './lineage/lineage-node.ts';
export { type DeliveryRecord, type LineageRecord, lineageRecord } from './lineage/lineage-record.ts';
export type { LineageRequest, LineageStart, LineageTimeRange } from './lineage/lineage-request.ts';
export { lineageMermaid } from './lineage/mermaid.ts';
export { type LineageGraph, type LineageLimit, traceLineage } from './lineage/trace-lineage.ts';
export type { TransformationStep } from './lineage/transformation-steps.ts';
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
