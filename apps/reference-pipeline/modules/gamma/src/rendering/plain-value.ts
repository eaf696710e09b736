/** A field value after the value rules (FR04, FR05, FR06), before it is written in a format. */
export type PlainValue = string | number | bigint | boolean | null | readonly PlainValue[] | PlainMap;

/** A map without prototype keys: entries in order. */
export interface PlainMap {
	readonly entries: readonly PlainEntry[];
}

/** A named value. */
export type PlainEntry = readonly [name: string, value: PlainValue];

/** Tells arrays from maps and single values. */
export function isList(value: PlainValue): value is readonly PlainValue[] {
	return Array.isArray(value);
}

/** Tells maps from arrays and single values. */
export function isMap(value: PlainValue): value is PlainMap {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
