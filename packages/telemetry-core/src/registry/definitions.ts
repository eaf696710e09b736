/**
 * Definitions are branded integers: what the record path passes around instead of strings. The integer is the
 * module's base plus the entry's position in its table, so tables are append-only (`registry.lock.json` pins them): two
 * versions of this package that meet in one process mean the same thing by the same number.
 */
export type SpanDef = number & { readonly __definition: 'span' };
export type SpanEventDef = number & { readonly __definition: 'span event' };
export type MetricDef = number & { readonly __definition: 'metric' };
export type EventDef = number & { readonly __definition: 'event' };
export type ErrorDef = number & { readonly __definition: 'error' };
/** An attribute whose values are strings copied into the journal. */
export type TextDef = number & { readonly __definition: 'attribute'; readonly __value: 'text' };
export type NumberDef = number & { readonly __definition: 'attribute'; readonly __value: 'number' };
/** An attribute whose values are all in the registry's value table. */
export type CodeDef = number & { readonly __definition: 'attribute'; readonly __value: 'code' };
export type AttributeDef = TextDef | NumberDef | CodeDef;
/** One value of the registry's value table. */
export type ValueDef = number & { readonly __definition: 'value' };
