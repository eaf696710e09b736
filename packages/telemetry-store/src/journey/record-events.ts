import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import type { StoreDatabase } from '../connection/store-database.ts';
import { EVENT_FIELDS, type EventRow, eventOf } from '../events/event-row.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';

/** Which events: those that name one of the records, or those of one of the traces that name no record. At most 1,000 ids. */
export interface RecordEventsQuery {
	readonly by: 'record_id' | 'trace_id';
	readonly ids: readonly string[];
	/** Most events; the oldest are given. */
	readonly limit: number;
}

export interface TenantEvent {
	readonly tenant: string;
	readonly event: TelemetryEvent;
}

export interface RecordEvents {
	/** In the order of time, each once. */
	readonly events: readonly TenantEvent[];
	/** There are more. */
	readonly isCut: boolean;
}

const TABLES = ['audit_events', 'telemetry_events'] as const;

/** Audit entries and other events of records or traces. */
export async function readRecordEvents(
	database: StoreDatabase,
	scope: TenantScope,
	{ by, ids, limit }: RecordEventsQuery,
): Promise<RecordEvents> {
	if (ids.length === 0) return { events: [], isCut: false };
	const condition = `${by} IN {ids:Array(String)}${by === 'trace_id' ? " AND record_id = ''" : ''}`;
	const selects = TABLES.map(
		(table) =>
			`(SELECT ${EVENT_FIELDS} FROM ${table} AS events WHERE ${scope.condition()} AND ${condition}` +
			' ORDER BY events.timestamp LIMIT {limit:UInt32})',
	);
	const rows = await database.query<EventRow>(
		`SELECT * FROM (${selects.join(' UNION ALL ')}) ORDER BY timestamp, event_id` +
			' LIMIT 1 BY tenant_id, event_id LIMIT {limit:UInt32}',
		{ ...scope.parameters, ids, limit: limit + 1 },
	);
	return {
		events: rows.slice(0, limit).map((row) => ({ tenant: row.tenant_id, event: eventOf(row) })),
		isCut: rows.length > limit,
	};
}
