import { isoFromMs } from '@pipeline/telemetry-core';
import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import type { StoreDatabase } from '../connection/store-database.ts';
import { keyOf, tenantOf } from '../events/event-row.ts';

/** Ids that are asked for at once. */
const IDS_PER_QUERY = 2_000;
const RESENT_WITHIN_MS = 86_400_000;

/** Keys (`eventKey`) of those events that the store has. Time is part of what is looked for: rows are ordered by it. */
export async function findStored(
	database: StoreDatabase,
	events: readonly TelemetryEvent[],
): Promise<ReadonlySet<string>> {
	const found = new Set<string>();
	const audit = events.filter(({ eventType }) => eventType === 'AUDIT');
	const others = events.filter(({ eventType }) => eventType !== 'AUDIT');
	for (const key of await keysIn(database, 'audit_events', audit)) found.add(key);
	for (const key of await keysIn(database, 'telemetry_events', others)) found.add(key);
	return found;
}

async function keysIn(
	database: StoreDatabase,
	table: 'audit_events' | 'telemetry_events',
	events: readonly TelemetryEvent[],
): Promise<readonly string[]> {
	const found: string[] = [];
	const inOrder = events.toSorted((left, right) => (left.timestamp < right.timestamp ? -1 : 1));
	for (let at = 0; at < inOrder.length; at += IDS_PER_QUERY) {
		const some = inOrder.slice(at, at + IDS_PER_QUERY);
		const rows = await database.query<{ id: string; tenant_id: string }>(
			`SELECT toString(event_id) AS id, tenant_id FROM ${table}
			WHERE tenant_id IN {tenants:Array(String)} AND timestamp >= {from:DateTime64(6, 'UTC')}
			AND timestamp <= {to:DateTime64(6, 'UTC')} AND event_id IN {ids:Array(UUID)} LIMIT {limit:UInt32}`,
			{
				tenants: [...new Set(some.map(tenantOf))],
				from: instantParameter(some.map(earliestTimeOf).sort()[0] ?? ''),
				to: instantParameter(some.at(-1)?.timestamp ?? ''),
				ids: some.map(({ eventId }) => eventId),
				limit: 4 * IDS_PER_QUERY,
			},
			{ isForStoring: true },
		);
		found.push(...rows.map(({ id, tenant_id }) => keyOf(tenant_id, id)));
	}
	return found;
}

/** One whose own time could not be kept has that at which it came: sent again, it comes later. */
function earliestTimeOf({ timestamp, dimensions }: TelemetryEvent): string {
	if (dimensions['clock.timestamp'] === undefined) return timestamp;
	return isoFromMs(Math.max(0, Date.parse(timestamp) - RESENT_WITHIN_MS));
}

/** How an instant is given to the engine. @param iso `YYYY-MM-DDThh:mm:ss.ffffffZ` */
export function instantParameter(iso: string): string {
	return iso.replace('T', ' ').replace('Z', '');
}
