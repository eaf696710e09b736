import { isUuid } from '@pipeline/telemetry-core';
import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { StoreError } from '../connection/store-error.ts';
import type { AuditEntry } from './audit-row.ts';
import type { ProducerPlace } from './producer-place.ts';

/** What became of entries that were appended. */
export interface AppendResult {
	readonly stored: number;
	/** They were stored before. */
	readonly duplicates: number;
}

/** A caller that waits until all it gave is stored. */
interface Caller {
	stored: number;
	duplicates: number;
	/** Of its items, how many are neither stored nor found to be duplicates. */
	left: number;
	readonly resolve: (result: AppendResult) => void;
	readonly reject: (error: unknown) => void;
}

/** An entry to store, or a place that is settled without one. */
export interface QueuedItem {
	readonly entry?: AuditEntry | undefined;
	readonly place?: ProducerPlace | undefined;
	readonly caller: Caller;
}

/** Beyond either senders have to wait and try again. */
const MAX_QUEUED = 200_000;
const MAX_QUEUED_CHARACTERS = 128_000_000;
/** Of texts in dimensions: what one insert holds in memory, about. */
const MAX_GROUP_CHARACTERS = 16_000_000;
const FIXED_CHARACTERS = 500;

/** What callers gave, in order. Small appends that wait at the same time are stored together. */
export class AppendQueue {
	#items: QueuedItem[] = [];
	#characters = 0;

	get isEmpty(): boolean {
		return this.#items.length === 0;
	}

	/** @param items at least one @throws StoreError `QUERY_INVALID` for an entry that is none, `STORE_UNAVAILABLE` when too much waits: all or none are taken */
	add(items: readonly Omit<QueuedItem, 'caller'>[]): Promise<AppendResult> {
		let characters = 0;
		for (const { entry } of items) {
			if (entry !== undefined) checkEntry(entry);
			characters += charactersOf(entry);
		}
		const isTooMuch = this.#characters + characters > MAX_QUEUED_CHARACTERS && !this.isEmpty;
		if (isTooMuch || this.#items.length + items.length > MAX_QUEUED) {
			throw new StoreError('STORE_UNAVAILABLE', 'Too many audit entries wait to be stored: try again later.');
		}
		const { promise, resolve, reject } = Promise.withResolvers<AppendResult>();
		const caller: Caller = { stored: 0, duplicates: 0, left: items.length, resolve, reject };
		for (const { entry, place } of items) this.#items.push({ entry, place, caller });
		this.#characters += characters;
		return promise;
	}

	/** The next ones to be stored together. */
	take(maxItems: number): readonly QueuedItem[] {
		let characters = 0;
		let count = 0;
		while (count < Math.min(maxItems, this.#items.length)) {
			characters += charactersOf(this.#items[count]?.entry);
			if (characters > MAX_GROUP_CHARACTERS && count > 0) break;
			this.#characters -= charactersOf(this.#items[count]?.entry);
			count++;
		}
		return this.#items.splice(0, count);
	}

	/** @param isStored tells what was stored from what was a duplicate */
	settle(items: readonly QueuedItem[], isStored: (item: QueuedItem) => boolean): void {
		for (const item of items) {
			const { caller } = item;
			if (item.entry !== undefined) caller[isStored(item) ? 'stored' : 'duplicates']++;
			caller.left--;
			if (caller.left === 0) caller.resolve({ stored: caller.stored, duplicates: caller.duplicates });
		}
	}

	/** Whoever gave one of these has to send all of its own again. */
	fail(items: readonly QueuedItem[], error: unknown): void {
		const callers = new Set(items.map(({ caller }) => caller));
		this.#items = this.#items.filter(({ caller }) => !callers.has(caller));
		this.#characters = this.#items.reduce((sum, { entry }) => sum + charactersOf(entry), 0);
		for (const { reject } of callers) reject(error);
	}
}

function charactersOf(entry: AuditEntry | undefined): number {
	let characters = FIXED_CHARACTERS;
	if (entry === undefined) return characters;
	const { dimensions } = entry.event;
	for (const key in dimensions) characters += dimensions[key]?.length ?? 0;
	return characters;
}

/** What would make the engine refuse an insert, and with it the entries of others. */
function checkEntry(entry: AuditEntry): void {
	try {
		if (isEntry(entry)) return;
	} catch {
		// It is not even an object, or throws when it is read.
	}
	throw new StoreError('QUERY_INVALID', 'An entry is no event: check it before it is appended.');
}

function isEntry({ event, origin }: AuditEntry): boolean {
	if (!isUuid(event.eventId) || typeof origin.service !== 'string' || typeof origin.receivedAt !== 'string')
		return false;
	for (const field in event) {
		if (field !== 'dimensions' && !isField(field, event[field as keyof TelemetryEvent])) return false;
	}
	if (typeof event.dimensions !== 'object' || event.dimensions === null) return false;
	for (const key in event.dimensions) if (typeof event.dimensions[key] !== 'string') return false;
	return typeof event.timestamp === 'string';
}

function isField(field: string, value: unknown): boolean {
	return value === undefined || typeof value === (field === 'value' ? 'number' : 'string');
}
