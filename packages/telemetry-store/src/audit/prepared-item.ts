import { setImmediate } from 'node:timers/promises';
import type { QueuedItem } from './append-queue.ts';
import { type AuditEntry, storable } from './audit-row.ts';
import { type ProducerPlace, producerPlaceOf } from './producer-place.ts';

/** Items that are prepared before others get their turn: some 2 ms. */
const ITEMS_AT_ONCE = 400;

/** An item in the form in which it is stored, and its place among what its producer wrote. */
export interface PreparedItem {
	readonly item: QueuedItem;
	readonly entry: AuditEntry | undefined;
	readonly place: ProducerPlace | undefined;
}

export async function prepare(items: readonly QueuedItem[]): Promise<readonly PreparedItem[]> {
	const prepared: PreparedItem[] = [];
	for (const item of items) {
		const entry = item.entry && storable(item.entry);
		prepared.push({ item, entry, place: item.place ?? (entry && placeOf(entry)) });
		if (prepared.length % ITEMS_AT_ONCE === 0) await setImmediate();
	}
	return prepared;
}

function placeOf({ event, origin: { sender = '' } }: AuditEntry): ProducerPlace | undefined {
	const place = producerPlaceOf(event);
	return place && { ...place, sender };
}

/** The item as it is kept when its sender may not speak for the producer: the entry says whose it claims to be, and has no place. */
export function withoutPlace({ item, entry }: PreparedItem): PreparedItem {
	if (entry === undefined) return { item, entry, place: undefined };
	const { 'audit.producer_id': claimed = '', ...dimensions } = entry.event.dimensions;
	const event = { ...entry.event, dimensions: { ...dimensions, 'audit.claimed_producer_id': claimed } };
	return { item, entry: { ...entry, event }, place: undefined };
}
