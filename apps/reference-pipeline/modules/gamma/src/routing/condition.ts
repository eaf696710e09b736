import type { FieldValue, TransformedRecord } from '@pipeline/model';

/** A value to compare with. Integers of any size compare exactly. */
export type Comparand = string | number | bigint | boolean;

/** When a rule applies to a record. */
export type RoutingCondition =
	| { readonly kind: 'ALWAYS' }
	| { readonly kind: 'EXISTS'; readonly field: string }
	| { readonly kind: 'EQUALS' | 'GT' | 'GE' | 'LT' | 'LE'; readonly field: string; readonly value: Comparand }
	| { readonly kind: 'IN'; readonly field: string; readonly values: readonly Comparand[] }
	| { readonly kind: 'ALL' | 'ANY'; readonly conditions: readonly RoutingCondition[] }
	| { readonly kind: 'NOT'; readonly condition: RoutingCondition };

/** Whether a record fulfils a condition. A missing or null field fulfils no comparison. */
export function fulfils(record: TransformedRecord, condition: RoutingCondition): boolean {
	switch (condition.kind) {
		case 'ALWAYS':
			return true;
		case 'ALL':
			return condition.conditions.every((inner) => fulfils(record, inner));
		case 'ANY':
			return condition.conditions.some((inner) => fulfils(record, inner));
		case 'NOT':
			return !fulfils(record, condition.condition);
		default:
			return fieldFulfils(fieldOf(record, condition.field), condition);
	}
}

type FieldCondition = Extract<RoutingCondition, { readonly field: string }>;

function fieldFulfils(value: Comparand | null | undefined, condition: FieldCondition): boolean {
	if (value === undefined) return false;
	if (condition.kind === 'EXISTS') return true;
	if (value === null) return false;
	switch (condition.kind) {
		case 'IN':
			return condition.values.some((candidate) => compare(value, candidate) === 0);
		case 'EQUALS':
			return compare(value, condition.value) === 0;
		case 'GT':
			return (compare(value, condition.value) ?? 0) > 0;
		case 'GE':
			return (compare(value, condition.value) ?? -1) >= 0;
		case 'LT':
			return (compare(value, condition.value) ?? 0) < 0;
		case 'LE':
			return (compare(value, condition.value) ?? 1) <= 0;
	}
}

/** Null stands for a value that is there but equals nothing: arrays, maps, bytes. */
function fieldOf(record: TransformedRecord, name: string): Comparand | null | undefined {
	return Object.hasOwn(record.fields, name) ? comparable(record.fields[name]) : undefined;
}

function comparable(value: FieldValue | undefined): Comparand | null | undefined {
	if (value === undefined || value.isNull) return undefined;
	switch (value.fieldType) {
		case 'STRING':
			return value.stringValue;
		case 'INTEGER':
			return value.integerValue;
		case 'FLOAT':
			return value.floatValue;
		case 'BOOLEAN':
			return value.booleanValue;
		case 'DATETIME':
			return value.datetimeValue;
		default:
			return null;
	}
}

function compare(left: Comparand, right: Comparand): number | undefined {
	if (isNumeric(left) && isNumeric(right)) return order(left, right);
	if (typeof left !== typeof right) return undefined;
	return left < right ? -1 : left > right ? 1 : 0;
}

/** Undefined for NaN. A number and a bigint compare by value with `<`, but never with `===`. */
function order(left: number | bigint, right: number | bigint): number | undefined {
	if (left < right) return -1;
	if (left > right) return 1;
	return left <= right ? 0 : undefined;
}

function isNumeric(value: Comparand): value is number | bigint {
	return typeof value === 'number' || typeof value === 'bigint';
}
