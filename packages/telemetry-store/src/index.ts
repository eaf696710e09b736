export type { AppendResult } from './audit/append-queue.ts';
export { AuditLedger } from './audit/audit-ledger.ts';
export {
	type Access,
	accessDenied,
	auditExported,
	auditQueried,
	integrityChecked,
	type ReadOutcome,
} from './audit/audit-of-access.ts';
export type { ProducerState } from './audit/audit-producers.ts';
export type { AuditQueryRequest, TimeRange } from './audit/audit-query-request.ts';
export type { AuditFinding, AuditFindingKind, AuditReport, ChainReport } from './audit/audit-report.ts';
export type { AuditEntry } from './audit/audit-row.ts';
export { EXPORT_FORMATS, type ExportFormat, exportAudit } from './audit/export-audit.ts';
export { checkInclusion, type InclusionProof, type InclusionVerdict, proveInclusion } from './audit/inclusion-proof.ts';
export type { AuditLedgerOptions } from './audit/ledger-options.ts';
export { type AuditQueryOptions, type AuditQueryResponse, queryAudit } from './audit/query-audit.ts';
export { type VerifyAuditOptions, verifyAudit } from './audit/verify-audit.ts';
export { type StoreConsole, storeCommand } from './cli/store-command.ts';
export { type EmbeddedTarget, openDatabase, type ServerTarget, type StoreTarget } from './connection/open-database.ts';
export type { Administration, QueryOptions, QueryParameters, StoreDatabase } from './connection/store-database.ts';
export { StoreError, type StoreErrorCode } from './connection/store-error.ts';
export type { EventOrigin } from './events/event-row.ts';
export type { StorageCost } from './growth/storage-cost.ts';
export { type GrowthOptions, type StoreGrowth, storeGrowth, type TableGrowth } from './growth/store-growth.ts';
export { Ingest, type IngestOptions, type IngestResult } from './ingest/ingest.ts';
export { IngestError, type IngestErrorCode } from './ingest/ingest-error.ts';
export type { IngestStats, RejectionReason } from './ingest/ingest-stats.ts';
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
export {
	checkLineage,
	type LineageCheck,
	type LineageCheckRequest,
	type LineageFinding,
} from './lineage/check-lineage.ts';
export type { FindingKind } from './lineage/lineage-checks.ts';
export type { LineageEdgeOfTenant, LineageNode } from './lineage/lineage-graph.ts';
export type { LineageNodeKind } from './lineage/lineage-node.ts';
export { type DeliveryRecord, type LineageRecord, lineageRecord } from './lineage/lineage-record.ts';
export type { LineageRequest, LineageStart, LineageTimeRange } from './lineage/lineage-request.ts';
export { lineageMermaid } from './lineage/mermaid.ts';
export { openLineageEvents } from './lineage/open-lineage.ts';
export type {
	OpenLineageDataset,
	OpenLineageFacet,
	OpenLineageJob,
	OpenLineageRunEvent,
} from './lineage/open-lineage-types.ts';
export { type LineageGraph, type LineageLimit, traceLineage } from './lineage/trace-lineage.ts';
export type { TransformationStep } from './lineage/transformation-steps.ts';
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
export { decodeOtlp, type OtlpRequest } from './otlp/decode-otlp.ts';
export { encodeOtlpResponse } from './otlp/encode-otlp-response.ts';
export { OtlpError, type OtlpErrorCode } from './otlp/otlp-error.ts';
export type { OtlpEncoding, Signal } from './otlp/otlp-types.ts';
export { type MigrateOptions, type MigrationState, migrate, migrationStates } from './schema/migrate.ts';
export { applyRetention, RETENTIONS, type Retention, type RetentionProfile } from './schema/retention.ts';
export type { ReaderIdentity } from './store/access-events.ts';
export type { FailedRecord, FailedRecordsRequest, FailureReason } from './store/failed-records.ts';
export type { AuditQueryAnswer } from './store/recent-audit.ts';
export type { JourneyAnswer } from './store/recent-journey.ts';
export type { StoreReader } from './store/store-reader.ts';
export { openStore, type Refusal, type StoreOptions, type TelemetryStore } from './store/telemetry-store.ts';
export { TenantScope } from './tenancy/tenant-scope.ts';
export type { LinkedTrace, LinkReason } from './traces/linked-traces.ts';
export { searchTraces, type TracePage } from './traces/search-traces.ts';
export type { SpanEvent, SpanLink, SpanStatus, StoredSpan } from './traces/span-row.ts';
export { type Trace, type TraceGap, type TraceOptions, type TraceSpan, traceById } from './traces/trace-by-id.ts';
export type { TraceSearchRequest } from './traces/trace-search-request.ts';
export type { TraceSummary } from './traces/trace-summary.ts';
