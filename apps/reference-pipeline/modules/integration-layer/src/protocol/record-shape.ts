// Hot path: runs for every record and field that enters a process; a schema library would copy each of them.
import type { FieldType } from '@pipeline/model';

const VALUES: Readonly<Record<FieldType, readonly [member: string, isRight: (value: unknown) => boolean]>> = {
	STRING: ['stringValue', (value) => typeof value === 'string'],
	INTEGER: ['integerValue', (value) => typeof value === 'bigint'],
	FLOAT: ['floatValue', (value) => typeof value === 'number'],
	BOOLEAN: ['booleanValue', (value) => typeof value === 'boolean'],
	DATETIME: ['datetimeValue', (value) => typeof value === 'string'],
	BINARY: ['binaryValue', (value) => value instanceof Uint8Array],
	ARRAY: ['arrayValue', (value) => Array.isArray(value) && value.every(isFieldValue)],
	MAP: ['mapValue', isFields],
	NULL: ['isNull', (value) => value === true],
};

/** Whether a value is a record that a module can take: ids, fields and flags of the types that every stage relies on. */
export function isRecord(value: unknown): boolean {
	if (typeof value !== 'object' || value === null) return false;
	const record = value as Readonly<Record<string, unknown>>;
	return (
		typeof record['recordId'] === 'string' &&
		typeof record['lineageId'] === 'string' &&
		typeof record['qualityScore'] === 'number' &&
		typeof record['classification'] === 'string' &&
		Array.isArray(record['personalFields']) &&
		isFields(record['fields'])
	);
}

function isFields(value: unknown): boolean {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
	for (const field of Object.values(value)) {
		if (!isFieldValue(field)) return false;
	}
	return true;
}

function isFieldValue(value: unknown): boolean {
	if (typeof value !== 'object' || value === null) return false;
	const field = value as Readonly<Record<string, unknown>>;
	const type = field['fieldType'];
	if (typeof type !== 'string' || !Object.hasOwn(VALUES, type)) return false;
	const [member, isRight] = VALUES[type as FieldType];
	return field['isNull'] === (type === 'NULL') && isRight(field[member]);
}
