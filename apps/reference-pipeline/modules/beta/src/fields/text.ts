import { type FieldValue, toPlain } from '@pipeline/model';
import { RuleError } from '../errors/rule-error.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The text of a value: same value, same text, in every locale. Null and missing give `undefined`; arrays and maps
 * give JSON with sorted keys.
 * @throws RuleError `TRX_006_ENCODING` for bytes that are not UTF-8
 */
export function textOf(value: FieldValue | undefined): string | undefined {
	switch (value?.fieldType) {
		case undefined:
		case 'NULL':
			return undefined;
		case 'STRING':
			return value.stringValue;
		case 'INTEGER':
			return value.integerValue.toString();
		case 'FLOAT':
			return String(value.floatValue);
		case 'BOOLEAN':
			return String(value.booleanValue);
		case 'DATETIME':
			return value.datetimeValue;
		case 'BINARY':
			return decodeUtf8(value.binaryValue);
		case 'ARRAY':
		case 'MAP':
			return JSON.stringify(toPlain(value), sortedKeys);
	}
}

function decodeUtf8(bytes: Uint8Array): string {
	try {
		return utf8.decode(bytes);
	} catch {
		throw new RuleError('TRX_006_ENCODING', 'the bytes are not UTF-8', `${bytes.length} bytes`);
	}
}

function sortedKeys(_key: string, value: unknown): unknown {
	if (typeof value === 'bigint') return value.toString();
	if (value === null || typeof value !== 'object' || Array.isArray(value) || value instanceof Uint8Array) return value;
	return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
