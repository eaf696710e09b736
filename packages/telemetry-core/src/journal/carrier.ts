import type { Journal, Stage } from './tracer.ts';

/** An item's journal and stage. Items that declare both as 0 in their literal are followed without allocation. */
export const JOURNAL: unique symbol = Symbol.for('pipeline.journal') as never;
export const STAGE: unique symbol = Symbol.for('pipeline.stage') as never;

export interface Carrier {
	[JOURNAL]?: Journal;
	[STAGE]?: Stage;
}

/** Puts a position on an item. Frozen items stay as they are: they are found by the ambient position or another carrier. */
export function writeCarrier(item: object, journal: Journal, stage: Stage): void {
	const carrier = item as Carrier;
	if (carrier[JOURNAL] === undefined && !Object.isExtensible(item)) return;
	try {
		carrier[JOURNAL] = journal;
		carrier[STAGE] = stage;
	} catch {
		// A proxy or a read-only property: as for a frozen item.
	}
}

/** The same value without carriers, for tests that compare items deeply. Plain objects and arrays only; others pass through. */
export function withoutCarrier<T>(value: T): T {
	if (Array.isArray(value)) return value.map(withoutCarrier) as T;
	if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value;
	return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withoutCarrier(entry)])) as T;
}
