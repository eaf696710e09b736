import type { FieldValue } from '@pipeline/model';
import { instantOf } from './datetime.ts';
import { decimalOf } from './decimal.ts';
import { textOf } from './text.ts';

const isNumber = (value: FieldValue) => value.fieldType === 'INTEGER' || value.fieldType === 'FLOAT';
const isText = (value: FieldValue) => value.fieldType === 'STRING' || value.fieldType === 'DATETIME';

/**
 * Orders two values: below 0, 0, above 0, or `undefined` when they are of kinds that have no common order. Numbers
 * compare by value, instants by time, text by code units.
 */
export function compareValues(left: FieldValue, right: FieldValue): number | undefined {
	if (isNumber(left) && isNumber(right)) return decimalOf(left).comparedTo(decimalOf(right));
	if (left.fieldType === 'DATETIME' && isText(right)) return compareTimes(left.datetimeValue, textOf(right) ?? '');
	if (right.fieldType === 'DATETIME' && isText(left)) return compareTimes(textOf(left) ?? '', right.datetimeValue);
	if (left.fieldType !== right.fieldType) return undefined;
	const [a, b] = [textOf(left) ?? '', textOf(right) ?? ''];
	return a === b ? 0 : a < b ? -1 : 1;
}

function compareTimes(left: string, right: string): number | undefined {
	try {
		return instantOf(left).toMillis() - instantOf(right).toMillis();
	} catch {
		return undefined;
	}
}
