import {
	arrayValue,
	binaryValue,
	booleanValue,
	datetimeValue,
	type FieldType,
	type FieldValue,
	floatValue,
	integerValue,
	stringValue,
} from '@pipeline/model';
import { DateTime } from 'luxon';
import { RuleError } from '../errors/rule-error.ts';
import { instantOf, isoMicros } from './datetime.ts';
import { Decimal60, decimalOf, double, wholeInt64 } from './decimal.ts';
import { textOf } from './text.ts';

/**
 * Converts a value to another type; null stays null, a value of the right type stays as it is.
 * @param strict when true, only conversions that lose nothing are allowed
 * @throws RuleError `TRX_001_COERCION`, `TRX_002_NUMERIC_OVERFLOW`, `TRX_004_DATE_PARSE` or `TRX_006_ENCODING`
 */
export function coerce(value: FieldValue, target: FieldType, strict: boolean): FieldValue {
	if (value.fieldType === 'NULL' || value.fieldType === target) return value;
	switch (target) {
		case 'STRING':
			return toText(value, strict);
		case 'INTEGER':
			return toInteger(value, strict);
		case 'FLOAT':
			return toFloat(value, strict);
		case 'BOOLEAN':
			return toBoolean(value, strict);
		case 'DATETIME':
			return toInstant(value, strict);
		case 'BINARY':
			if (value.fieldType === 'STRING') return binaryValue(new TextEncoder().encode(value.stringValue));
			break;
		case 'ARRAY':
			if (!strict) return arrayValue([value]);
	}
	throw refused(value, target);
}

function toText(value: FieldValue, strict: boolean): FieldValue {
	if (strict && (value.fieldType === 'ARRAY' || value.fieldType === 'MAP')) throw refused(value, 'STRING');
	return stringValue(textOf(value) ?? '');
}

function toInteger(value: FieldValue, strict: boolean): FieldValue {
	if (value.fieldType === 'BOOLEAN' && !strict) return integerValue(value.booleanValue ? 1n : 0n);
	if (value.fieldType === 'DATETIME' && !strict) return integerValue(BigInt(instantOf(value.datetimeValue).toMillis()));
	const number = decimalOf(value);
	if (strict && !number.isInteger()) throw refused(value, 'INTEGER');
	return integerValue(wholeInt64(number));
}

function toFloat(value: FieldValue, strict: boolean): FieldValue {
	if (value.fieldType === 'BOOLEAN' && !strict) return floatValue(value.booleanValue ? 1 : 0);
	const number = decimalOf(value);
	const float = double(number);
	// Compared through the shortest text of the double: "0.1" is kept although no double equals one tenth.
	if (strict && !new Decimal60(float).equals(number)) throw refused(value, 'FLOAT');
	return floatValue(float);
}

const LOOSE_TRUE = new Set(['true', '1', 'yes', 'y']);
const LOOSE_FALSE = new Set(['false', '0', 'no', 'n']);

function toBoolean(value: FieldValue, strict: boolean): FieldValue {
	const text = (textOf(value) ?? '').trim().toLowerCase();
	if (text === 'true' || text === 'false') return booleanValue(text === 'true');
	if (value.fieldType === 'INTEGER' && (text === '1' || text === '0')) return booleanValue(text === '1');
	if (!strict && LOOSE_TRUE.has(text)) return booleanValue(true);
	if (!strict && LOOSE_FALSE.has(text)) return booleanValue(false);
	throw refused(value, 'BOOLEAN');
}

const HAS_OFFSET = /(Z|[+-]\d{2}(:?\d{2})?)$/i;

function toInstant(value: FieldValue, strict: boolean): FieldValue {
	if (value.fieldType === 'INTEGER' && !strict) {
		return datetimeValue(isoMicros(checked(DateTime.fromMillis(Number(value.integerValue), { zone: 'utc' }))));
	}
	if (value.fieldType !== 'STRING') throw refused(value, 'DATETIME');
	const text = value.stringValue.trim();
	const timePart = text.slice(text.indexOf('T') + 1);
	if (strict && !(text.includes('T') && HAS_OFFSET.test(timePart))) throw refused(value, 'DATETIME');
	return datetimeValue(isoMicros(instantOf(text), text));
}

function checked(date: DateTime): DateTime {
	if (!date.isValid) throw new RuleError('TRX_004_DATE_PARSE', 'the number is no date');
	return date;
}

function refused(value: FieldValue, target: FieldType): RuleError {
	const text = value.fieldType === 'BINARY' ? '' : (textOf(value) ?? '');
	return new RuleError('TRX_001_COERCION', `${value.fieldType} cannot become ${target} without loss`, text);
}
