import { isList, isMap, type PlainEntry, type PlainValue } from './plain-value.ts';

/**
 * Writes entries as a JSON object on one line, in their order. `JSON.stringify` on an object would move
 * integer-like names to the front and lose `__proto__`.
 */
export function jsonObject(entries: readonly PlainEntry[]): string {
	return `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${jsonText(value)}`).join(',')}}`;
}

/** Writes a value as JSON. Integers beyond 2^53-1 become decimal strings, so that no reader loses digits. */
export function jsonText(value: PlainValue): string {
	if (isList(value)) return `[${value.map(jsonText).join(',')}]`;
	if (isMap(value)) return jsonObject(value.entries);
	if (typeof value !== 'bigint') return JSON.stringify(value);
	const isSafe = value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER;
	return isSafe ? value.toString() : `"${value}"`;
}
