import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { type AuditQueryRequest, checkAuditQuery } from '../audit/audit-query-request.ts';
import type { AuditQueryResponse } from '../audit/query-audit.ts';
import { severityRank, tenantOf } from '../events/event-row.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import type { RecentEvents } from './recent-events.ts';

/** An answer to a query, and whether it holds only what was in memory. */
export interface AuditQueryAnswer extends AuditQueryResponse {
	/** The store is away: these are the newest entries that came through this process, and there may be others. */
	readonly isPartial?: boolean;
}

/** What memory knows of a query: one page, without a next one. @throws StoreError `QUERY_INVALID` */
export function queryRecentAudit(
	recent: RecentEvents,
	scope: TenantScope,
	request: AuditQueryRequest,
): AuditQueryAnswer {
	const startedMs = performance.now();
	const query = checkAuditQuery(request);
	const { from, to } = query.timeRange;
	const minimum = severityRank(query.severityMinimum ?? 'DEBUG');
	const found = recent.find(
		scope,
		(event) =>
			event.timestamp >= from &&
			event.timestamp < to &&
			isAmong(query.eventTypes, event.eventType) &&
			severityRank(event.severity) >= minimum &&
			(query.tenant === undefined || tenantOf(event) === query.tenant) &&
			isAmong(query.components, event.component, `${event.module.toLowerCase()}.${event.component}`) &&
			FILTERS.every(([key, fieldOf]) => isAmong(query[key], fieldOf(event))),
	);
	const page = (query.order === 'DESC' ? found.toReversed() : found).slice(0, query.pageSize);
	return {
		entries: page,
		totalCount: found.length,
		totalIsEstimate: true,
		continuationToken: null,
		elapsedMs: performance.now() - startedMs,
		isPartial: true,
	};
}

const FILTERS = [
	['recordIds', ({ recordId }: TelemetryEvent) => recordId],
	['traceIds', ({ traceId }: TelemetryEvent) => traceId],
	['modules', ({ module }: TelemetryEvent) => module],
	['actorIds', ({ dimensions }: TelemetryEvent) => dimensions['audit.actor_id']],
	['resourceIds', ({ dimensions }: TelemetryEvent) => dimensions['audit.resource_id']],
	['correlationIds', ({ correlationId }: TelemetryEvent) => correlationId],
	['batchIds', ({ batchId }: TelemetryEvent) => batchId],
	['lineageIds', ({ dimensions }: TelemetryEvent) => dimensions['pipeline.lineage_id']],
] as const;

function isAmong(wanted: readonly string[], ...values: readonly (string | undefined)[]): boolean {
	return wanted.length === 0 || values.some((value) => value !== undefined && wanted.includes(value));
}
