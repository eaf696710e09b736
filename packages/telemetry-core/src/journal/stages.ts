import type { SpanDef, SpanEventDef } from '../registry/definitions.ts';
import type { ErrorEntry, SpanEntry, SpanEventEntry } from '../registry/entries.ts';

export type AttributeValue = string | number | boolean | readonly string[];
export type StageAttributes = Readonly<Record<string, AttributeValue>>;

/** An event of a finished stage, as its projections read it. */
export interface StageEventView {
	readonly name: string;
	readonly definition: SpanEventDef;
	readonly entry: SpanEventEntry;
	readonly timeMs: number;
	readonly attributes: StageAttributes;
}

/** A finished stage of a record, as its projections (spans, audit entries, lineage) read it. */
export interface StageView {
	readonly name: string;
	readonly definition: SpanDef;
	readonly entry: SpanEntry;
	readonly startMs: number;
	readonly endMs: number;
	/** Name and facts of the error it failed with. */
	readonly error: { readonly name: string; readonly entry: ErrorEntry } | undefined;
	readonly failed: boolean;
	readonly attributes: StageAttributes;
	readonly events: readonly StageEventView[];
}
