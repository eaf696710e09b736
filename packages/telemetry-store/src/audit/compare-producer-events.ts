import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import type { StoreDatabase } from '../connection/store-database.ts';
import { eventRow, tenantOf } from '../events/event-row.ts';
import type { Findings } from './audit-report.ts';
import { storable } from './audit-row.ts';
import { checksumOf } from './canonical-form.ts';
import { instantParameter } from './find-stored.ts';
import { producerPlaceOf } from './producer-place.ts';

/** What the store has of an event: all that its checksum covers and the event itself does not say. */
interface StoredPlace {
	readonly id: string;
	readonly chain_id: string;
	readonly seq: string;
	readonly block_id: string;
	readonly service: string;
	readonly received: string;
	readonly checksum: string;
}

const EVENTS_AT_ONCE = 1_000;

/** Holds what producers say against what is stored: each audit event has to be there under the checksum that it has. */
export async function compareProducerEvents(
	database: StoreDatabase,
	events: AsyncIterable<TelemetryEvent> | Iterable<TelemetryEvent>,
	findings: Findings,
): Promise<void> {
	let some: TelemetryEvent[] = [];
	for await (const event of events) {
		if (event.eventType === 'AUDIT') some.push(event);
		if (some.length < EVENTS_AT_ONCE) continue;
		await compare(database, some, findings);
		some = [];
	}
	if (some.length > 0) await compare(database, some, findings);
}

async function compare(database: StoreDatabase, events: readonly TelemetryEvent[], findings: Findings): Promise<void> {
	const places = new Map((await placesOf(database, events)).map((place) => [place.id, place]));
	for (const event of events) {
		const { producerId = '', seq = 0 } = producerPlaceOf(event) ?? {};
		const place = places.get(event.eventId);
		const where = { chain: producerId, firstSeq: seq, lastSeq: seq, eventId: event.eventId };
		if (place === undefined) {
			findings.add({
				kind: 'NOT_STORED',
				...where,
				message: 'Its producer has it; it is not here, or not at its time.',
			});
		} else if (place.checksum !== checksumAt(event, place)) {
			findings.add({ kind: 'EDITED', ...where, message: 'Its producer says something else.' });
		}
	}
}

async function placesOf(database: StoreDatabase, events: readonly TelemetryEvent[]): Promise<readonly StoredPlace[]> {
	const times = events.map(({ timestamp }) => timestamp).sort();
	return await database.query<StoredPlace>(
		`SELECT toString(event_id) AS id, chain_id, seq, block_id, service, checksum,
			formatDateTime(received_at, '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC') AS received
		FROM audit_events WHERE timestamp >= {from:DateTime64(6, 'UTC')} AND timestamp <= {to:DateTime64(6, 'UTC')}
			AND tenant_id IN {tenants:Array(String)} AND event_id IN {ids:Array(UUID)} LIMIT {limit:UInt32}`,
		{
			from: instantParameter(times[0] ?? ''),
			to: instantParameter(times.at(-1) ?? ''),
			tenants: [...new Set(events.map(tenantOf))],
			ids: events.map(({ eventId }) => eventId),
			limit: 2 * EVENTS_AT_ONCE,
		},
	);
}

function checksumAt(event: TelemetryEvent, { service, received, chain_id, seq, block_id }: StoredPlace): string {
	const entry = storable({ event, origin: { service, receivedAt: received } });
	const row = eventRow(entry.event, entry.origin);
	return checksumOf({ ...row, chain_id, seq: Number(seq), block_id: Number(block_id) });
}
