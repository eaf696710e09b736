import type { Iso } from './shapes/blocks.ts';

/** One value of a record, with its type. */
export type FieldValue =
	| { readonly fieldType: 'STRING'; readonly stringValue: string; readonly isNull: false }
	| { readonly fieldType: 'INTEGER'; readonly integerValue: bigint; readonly isNull: false }
	| { readonly fieldType: 'FLOAT'; readonly floatValue: number; readonly isNull: false }
	| { readonly fieldType: 'BOOLEAN'; readonly booleanValue: boolean; readonly isNull: false }
	| { readonly fieldType: 'DATETIME'; readonly datetimeValue: Iso; readonly isNull: false }
	| { readonly fieldType: 'BINARY'; readonly binaryValue: Uint8Array; readonly isNull: false }
	| { readonly fieldType: 'ARRAY'; readonly arrayValue: readonly FieldValue[]; readonly isNull: false }
	| { readonly fieldType: 'MAP'; readonly mapValue: Fields; readonly isNull: false }
	| { readonly fieldType: 'NULL'; readonly isNull: true };

/** Name of a type of values. */
export type FieldType = FieldValue['fieldType'];
/** Values of a record by name. Names are data. */
export type Fields = Readonly<Record<string, FieldValue>>;

/** A value in plain JavaScript; integers beyond 2^53 stay bigint. */
export type PlainValue =
	| string
	| number
	| bigint
	| boolean
	| null
	| Uint8Array
	| readonly PlainValue[]
	| { readonly [key: string]: PlainValue };

/** NULL, as opposed to a field that is not there. */
export const nullValue: FieldValue = Object.freeze({ fieldType: 'NULL', isNull: true });
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** Text. */
export const stringValue = (stringValue: string): FieldValue => ({ fieldType: 'STRING', stringValue, isNull: false });
/** A double, NaN and infinities included. */
export const floatValue = (floatValue: number): FieldValue => ({ fieldType: 'FLOAT', floatValue, isNull: false });
/** True or false. */
export const booleanValue = (booleanValue: boolean): FieldValue => ({
	fieldType: 'BOOLEAN',
	booleanValue,
	isNull: false,
});
/** An instant, ISO 8601 UTC with microseconds. */
export const datetimeValue = (datetimeValue: Iso): FieldValue => ({
	fieldType: 'DATETIME',
	datetimeValue,
	isNull: false,
});
/** Bytes; not copied. */
export const binaryValue = (binaryValue: Uint8Array): FieldValue => ({
	fieldType: 'BINARY',
	binaryValue,
	isNull: false,
});
/** Values in order, of any types. */
export const arrayValue = (arrayValue: readonly FieldValue[]): FieldValue => ({
	fieldType: 'ARRAY',
	arrayValue,
	isNull: false,
});
/** Values by name. */
export const mapValue = (mapValue: Fields): FieldValue => ({ fieldType: 'MAP', mapValue, isNull: false });

/** @throws RangeError beyond 64 bits */
export function integerValue(value: bigint): FieldValue {
	if (value < INT64_MIN || value > INT64_MAX) throw new RangeError(`${value} does not fit in 64 bits`);
	return { fieldType: 'INTEGER', integerValue: value, isNull: false };
}

/** Any JSON-like value, typed by what it is: whole numbers within 2^53 are INTEGER, others FLOAT. */
export function fromPlain(value: unknown): FieldValue {
	switch (typeof value) {
		case 'string':
			return stringValue(value);
		case 'boolean':
			return booleanValue(value);
		case 'bigint':
			return value < INT64_MIN || value > INT64_MAX ? stringValue(String(value)) : integerValue(value);
		case 'number':
			if (Number.isSafeInteger(value) && !Object.is(value, -0)) return integerValue(BigInt(value));
			return floatValue(value);
		case 'object':
			return fromObject(value);
		default:
			return nullValue;
	}
}

function fromObject(value: object | null): FieldValue {
	if (value === null) return nullValue;
	if (value instanceof Uint8Array) return binaryValue(value);
	if (Array.isArray(value)) return arrayValue(value.map(fromPlain));
	return mapValue(Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, fromPlain(entry)])));
}

/** The value without its type. Integers are numbers where a number holds them exactly. */
export function toPlain(value: FieldValue): PlainValue {
	switch (value.fieldType) {
		case 'STRING':
			return value.stringValue;
		case 'INTEGER':
			return Number.isSafeInteger(Number(value.integerValue)) ? Number(value.integerValue) : value.integerValue;
		case 'FLOAT':
			return value.floatValue;
		case 'BOOLEAN':
			return value.booleanValue;
		case 'DATETIME':
			return value.datetimeValue;
		case 'BINARY':
			return value.binaryValue;
		case 'ARRAY':
			return value.arrayValue.map(toPlain);
		case 'MAP':
			return Object.fromEntries(Object.entries(value.mapValue).map(([key, entry]) => [key, toPlain(entry)]));
		case 'NULL':
			return null;
	}
}
