/** Slots on every item that observers of the pipeline may fill. Opaque to modules: declared as 0, copied from item to item. */
export const JOURNAL: unique symbol = Symbol.for('pipeline.journal') as never;
/** Slot for the stage that an item is in. */
export const STAGE: unique symbol = Symbol.for('pipeline.stage') as never;

/** An item that goes through stages. */
export interface Carrier {
	[JOURNAL]: number;
	[STAGE]: number;
}
