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
export {
	checkInclusion,
	type InclusionProof,
	type InclusionVerdict,
	proveInclusion,
} from './audit/inclusion-proof.ts';
export type { AuditLedgerOptions } from './audit/ledger-options.ts';
export { type AuditQueryOptions, type AuditQueryResponse, queryAudit } from './audit/query-audit.ts';
export { type VerifyAuditOptions, verifyAudit } from './audit/verify-audit.ts';
export { type EmbeddedTarget, openDatabase, type ServerTarget, type StoreTarget } from './connection/open-database.ts';
export type { Administration, QueryOptions, QueryParameters, StoreDatabase } from './connection/store-database.ts';
export { StoreError, type StoreErrorCode } from './connection/store-error.ts';
export type { EventOrigin } from './events/event-row.ts';
export { type MigrateOptions, type MigrationState, migrate, migrationStates } from './schema/migrate.ts';
export { applyRetention, RETENTIONS, type Retention, type RetentionProfile } from './schema/retention.ts';
export { TenantScope } from './tenancy/tenant-scope.ts';
