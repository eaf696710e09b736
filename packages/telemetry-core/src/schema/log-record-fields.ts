import { TelemetryEventError } from './telemetry-event-error.ts';

/** A scalar that an attribute may have. */
export type AttributeScalar = string | number | boolean;

type Attributes = ReadonlyMap<string, AttributeScalar>;

/** Own property of an object, else undefined. */
export function ownValue(object: unknown, key: string): unknown {
	if (typeof object !== 'object' || object === null || !Object.hasOwn(object, key)) return undefined;
	return (object as Record<string, unknown>)[key] ?? undefined;
}

/** Attributes as a map (`{ key: value }`) or as OTLP key-values (`[{ key, value: { stringValue } }]`); lists become JSON text. */
export function readAttributes(attributes: unknown): Attributes {
	if (attributes === undefined || attributes === null) return new Map();
	if (typeof attributes !== 'object') throw invalid('attributes', 'neither a map nor a list');
	const entries: readonly (readonly [unknown, unknown])[] = Array.isArray(attributes)
		? attributes.map((item: unknown) => [ownValue(item, 'key'), anyValue(ownValue(item, 'value'))])
		: Object.entries(attributes);
	return new Map(
		entries.flatMap(([key, value]) => {
			if (typeof key !== 'string') throw invalid('attributes', 'an entry has no key');
			const scalar = scalarOf(value);
			return scalar === undefined ? [] : [[key, scalar] as const];
		}),
	);
}

function scalarOf(value: unknown): AttributeScalar | undefined {
	if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
	if (value === undefined || value === null) return undefined;
	return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
}

/** The value inside an OTLP AnyValue. 64-bit integers come as decimal strings. */
function anyValue(value: unknown): unknown {
	const int = ownValue(value, 'intValue');
	if (int !== undefined) return Number(int);
	const list = ownValue(ownValue(value, 'arrayValue'), 'values');
	if (Array.isArray(list)) return list.map(anyValue);
	return ownValue(value, 'stringValue') ?? ownValue(value, 'doubleValue') ?? ownValue(value, 'boolValue');
}

/** A hexadecimal id from text or bytes; undefined when absent, empty or all zero (OTLP's ways to say none). */
export function readId(value: unknown, path: string): string | undefined {
	const text = value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
	if (text === undefined || text === null || text === '') return undefined;
	if (typeof text !== 'string') throw invalid(path, 'neither text nor bytes');
	return /^0+$/.test(text) ? undefined : text.toLowerCase();
}

/** Nanoseconds from a bigint, a decimal text or a number. */
export function readNanos(value: unknown): bigint {
	if (value === undefined || value === null) throw missing('timeUnixNano');
	if (typeof value === 'bigint' && value >= 0n) return value;
	if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return BigInt(value);
	if (typeof value === 'string' && /^\d{1,20}$/.test(value)) return BigInt(value);
	throw invalid('timeUnixNano', 'no nanoseconds since the Unix epoch');
}

/** Text of an attribute; undefined when absent. */
export function readText(attributes: Attributes, key: string): string | undefined {
	const value = attributes.get(key);
	if (value === undefined || typeof value === 'string') return value;
	throw invalid(`attributes.${key}`, 'no text');
}

export function missing(path: string): TelemetryEventError {
	return new TelemetryEventError('LOG_RECORD_FIELD_MISSING', `${path} is missing.`, { path });
}

export function invalid(path: string, message: string): TelemetryEventError {
	return new TelemetryEventError('LOG_RECORD_FIELD_INVALID', `${path}: ${message}.`, { path });
}
