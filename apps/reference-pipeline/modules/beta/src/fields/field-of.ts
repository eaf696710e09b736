import type { Fields, FieldValue } from '@pipeline/model';

/** A record's own field; names such as `constructor` never reach the prototype. */
export function fieldOf(fields: Fields, name: string): FieldValue | undefined {
	return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** Whether a field exists and is not null. */
export function isPresent(value: FieldValue | undefined): value is FieldValue {
	return value !== undefined && value.fieldType !== 'NULL';
}
