import type { QueryParameters } from '../connection/store-database.ts';
import { severityRank } from '../events/event-row.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import type { CheckedAuditQuery } from './audit-query-request.ts';
import type { PagePosition } from './continuation-token.ts';
import { instantParameter } from './find-stored.ts';

/** The tables in which what is asked for may stand. */
export type EventTable = 'audit_events' | 'telemetry_events';

type Texts = readonly string[];

/** Filters by column: the same in both tables. */
const COLUMNS = {
	recordIds: 'record_id',
	traceIds: 'trace_id',
	modules: 'module',
	correlationIds: 'correlation_id',
	batchIds: 'batch_id',
	lineageIds: 'lineage_id',
} as const;

export function tablesOf({ eventTypes }: CheckedAuditQuery): readonly EventTable[] {
	const isAudit = eventTypes.length === 0 || eventTypes.includes('AUDIT');
	const isOther = eventTypes.length === 0 || eventTypes.some((type) => type !== 'AUDIT');
	return [...(isAudit ? (['audit_events'] as const) : []), ...(isOther ? (['telemetry_events'] as const) : [])];
}

/** What the rows of a table have to fulfil: values are in `filterParameters`. */
export function filterOf(table: EventTable, query: CheckedAuditQuery, scope: TenantScope): string {
	const conditions = [
		scope.condition(),
		"timestamp >= {from:DateTime64(6, 'UTC')} AND timestamp < {to:DateTime64(6, 'UTC')}",
	];
	for (const [filter, column] of Object.entries(COLUMNS) as [keyof typeof COLUMNS, string][]) {
		if (query[filter].length > 0) conditions.push(`${column} IN {${filter}:Array(String)}`);
	}
	if (query.components.length > 0) {
		const isIn = 'IN {components:Array(String)}';
		conditions.push(`(component ${isIn} OR concat(lower(module), '.', component) ${isIn})`);
	}
	if (query.actorIds.length > 0) conditions.push(dimensionIn(table, 'actor_id', 'actorIds'));
	if (query.resourceIds.length > 0) conditions.push(dimensionIn(table, 'resource_id', 'resourceIds'));
	if (query.severityMinimum !== undefined) conditions.push('severity >= {severity:UInt8}');
	if (query.tenant !== undefined) conditions.push('tenant_id = {tenant:String}');
	if (table === 'telemetry_events' && query.eventTypes.length > 0) {
		conditions.push('event_type IN {eventTypes:Array(String)}');
	}
	return conditions.join(' AND ');
}

export function filterParameters(query: CheckedAuditQuery, scope: TenantScope): QueryParameters {
	const { timeRange, severityMinimum, tenant, components, actorIds, resourceIds, eventTypes } = query;
	const lists: Readonly<Record<string, Texts>> = {
		...Object.fromEntries(Object.keys(COLUMNS).map((filter) => [filter, query[filter as keyof typeof COLUMNS]])),
		...{ components, actorIds, resourceIds, eventTypes },
	};
	return {
		...scope.parameters,
		...Object.fromEntries(Object.entries(lists).filter(([, values]) => values.length > 0)),
		from: instantParameter(timeRange.from),
		to: instantParameter(timeRange.to),
		...(severityMinimum === undefined ? {} : { severity: severityRank(severityMinimum) }),
		...(tenant === undefined ? {} : { tenant }),
	};
}

/** Only what comes after the last entry of the page before, and was there when the first page was read. */
export function afterPosition(order: 'ASC' | 'DESC', { eventId }: Partial<PagePosition>): string {
	const upTo = "received_at <= {asOf:DateTime64(6, 'UTC')}";
	if (eventId === undefined) return upTo;
	const [sign, signOrEqual] = order === 'ASC' ? ['>', '>='] : ['<', '<='];
	const time = "{afterTime:DateTime64(6, 'UTC')}";
	return `${upTo} AND timestamp ${signOrEqual} ${time} AND (timestamp, event_id) ${sign} (${time}, {afterId:UUID})`;
}

export function positionParameters({ asOf, timestamp, eventId }: PagePosition): QueryParameters {
	return {
		asOf: instantParameter(asOf),
		...(timestamp === undefined || eventId === undefined
			? {}
			: { afterTime: instantParameter(timestamp), afterId: eventId }),
	};
}

/** Audit has a column for it. Elsewhere the values' index finds the rows that may have it. */
function dimensionIn(table: EventTable, column: string, filter: string): string {
	const values = `{${filter}:Array(String)}`;
	if (table === 'audit_events') return `${column} IN ${values}`;
	return `hasAny(mapValues(dimensions), ${values}) AND dimensions['audit.${column}'] IN ${values}`;
}
