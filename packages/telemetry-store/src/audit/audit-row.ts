import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { EVENT_COLUMNS, type EventOrigin, type EventRow, eventRow } from '../events/event-row.ts';
import { checksumOf } from './canonical-form.ts';

/** An event with what is known beside it. */
export interface AuditEntry {
	readonly event: TelemetryEvent;
	readonly origin: EventOrigin;
}

/** A row of `audit_events`, as it is inserted. */
export interface AuditRow extends EventRow {
	readonly chain_id: string;
	/** Number in its chain, from 1, without gaps. */
	readonly seq: number;
	readonly block_id: number;
	/** SHA-256 of the canonical form, hexadecimal. */
	readonly checksum: string;
}

/** Names of the values of a row of `auditRow`, in their order. */
export const AUDIT_COLUMNS = [...EVENT_COLUMNS, 'chain_id', 'seq', 'block_id', 'checksum'];

/** Where an entry goes. */
export interface ChainPlace {
	readonly chainId: string;
	readonly seq: number;
	readonly blockId: number;
}

const ISO_MICROS = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/;
/** What the engine stores exactly. */
const FIRST_TIME = '1970-01-01T00:00:00.000000Z';
const AFTER_LAST_TIME = '2200-01-01T00:00:00.000000Z';
/** Entries are stored by month: however wrong clocks are, those of one append are in few of them. */
const OLDEST_YEARS = 10;
const NEWEST_MS = 86_400_000;

/**
 * The entry as it can be stored and sealed: texts well-formed, no measurement on audit, and a time that the engine can hold. One that it cannot, or
 * that is more than 10 years older or a day newer than when the entry came, is replaced by the latter and kept as `clock.timestamp`: an audit
 * entry is never refused for its clock.
 */
export function storable(entry: AuditEntry): AuditEntry {
	return isStorable(entry) ? entry : repaired(entry);
}

function isStorable({ event, origin }: AuditEntry): boolean {
	if (!isStorableTime(origin.receivedAt) || !isStorableTime(event.timestamp)) return false;
	if (!isNear(event.timestamp, origin.receivedAt) || !origin.service.isWellFormed()) return false;
	if (event.eventType === 'AUDIT' && event.value !== undefined) return false;
	for (const value of Object.values(event)) if (typeof value === 'string' && !value.isWellFormed()) return false;
	for (const key in event.dimensions) {
		if (!key.isWellFormed() || event.dimensions[key]?.isWellFormed() !== true) return false;
	}
	return true;
}

function repaired({ event, origin }: AuditEntry): AuditEntry {
	const texts = Object.fromEntries(
		Object.entries(event).flatMap(([field, value]) => {
			if (field === 'value' && event.eventType === 'AUDIT') return [];
			return [[field, typeof value === 'string' ? value.toWellFormed() : value]];
		}),
	);
	const dimensions = Object.fromEntries(
		Object.entries(event.dimensions).map(([key, text]) => [key.toWellFormed(), text.toWellFormed()]),
	);
	const receivedAt = isStorableTime(origin.receivedAt) ? origin.receivedAt : FIRST_TIME;
	const isTimeSound = isStorableTime(event.timestamp) && isNear(event.timestamp, receivedAt);
	const clock = { 'clock.suspect': 'true', 'clock.timestamp': String(event.timestamp).slice(0, 64).toWellFormed() };
	return {
		event: {
			...(texts as unknown as TelemetryEvent),
			...(isTimeSound ? {} : { timestamp: receivedAt }),
			dimensions: { ...dimensions, ...(isTimeSound ? {} : clock) },
		},
		origin: { ...origin, service: origin.service.toWellFormed(), receivedAt },
	};
}

/** @param entry as `storable` leaves it */
export function auditRow({ event, origin }: AuditEntry, { chainId, seq, blockId }: ChainPlace): AuditRow {
	const row = { ...eventRow(event, origin), chain_id: chainId, seq, block_id: blockId, checksum: '' };
	row.checksum = checksumOf(row);
	return row;
}

function isStorableTime(text: string): boolean {
	return ISO_MICROS.test(text) && text >= FIRST_TIME && text < AFTER_LAST_TIME && !Number.isNaN(Date.parse(text));
}

function isNear(timestamp: string, receivedAt: string): boolean {
	const oldest = `${String(Number(receivedAt.slice(0, 4)) - OLDEST_YEARS).padStart(4, '0')}${receivedAt.slice(4)}`;
	if (timestamp < oldest) return false;
	return timestamp <= receivedAt || Date.parse(timestamp) <= Date.parse(receivedAt) + NEWEST_MS;
}
