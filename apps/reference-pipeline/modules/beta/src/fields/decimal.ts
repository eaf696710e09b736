import type { FieldValue } from '@pipeline/model';
import { Decimal } from 'decimal.js';
import { RuleError } from '../errors/rule-error.ts';

/** Decimal numbers of 60 significant digits: 64-bit integers and doubles keep every digit in sums and products. */
export const Decimal60 = Decimal.clone({ precision: 60, toExpNeg: -9e15, toExpPos: 9e15 });

const PLAIN_NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?$/;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/**
 * The exact decimal number that an INTEGER, FLOAT or numeric STRING stands for.
 * @throws RuleError `TRX_001_COERCION` for anything else
 */
export function decimalOf(value: FieldValue): Decimal {
	if (value.fieldType === 'INTEGER') return new Decimal60(value.integerValue.toString());
	if (value.fieldType === 'FLOAT' && Number.isFinite(value.floatValue)) return new Decimal60(value.floatValue);
	if (value.fieldType === 'STRING') return decimalOfText(value.stringValue);
	throw new RuleError('TRX_001_COERCION', `${value.fieldType} is not a number`);
}

/** @throws RuleError `TRX_001_COERCION` when the text is not a plain decimal number */
export function decimalOfText(text: string): Decimal {
	const trimmed = text.trim();
	if (!PLAIN_NUMBER.test(trimmed)) throw new RuleError('TRX_001_COERCION', 'the text is not a number', text);
	return new Decimal60(trimmed);
}

/** @throws RuleError `TRX_002_NUMERIC_OVERFLOW` outside the signed 64-bit range */
export function int64(value: bigint): bigint {
	if (value < INT64_MIN || value > INT64_MAX) {
		throw new RuleError('TRX_002_NUMERIC_OVERFLOW', 'the number needs more than 64 bits', value.toString());
	}
	return value;
}

/** @throws RuleError `TRX_002_NUMERIC_OVERFLOW` when a double cannot hold the magnitude */
export function double(value: Decimal): number {
	const number = value.toNumber();
	if (!Number.isFinite(number)) {
		throw new RuleError('TRX_002_NUMERIC_OVERFLOW', 'the number is too large for a double', value.toString());
	}
	return number;
}

/** Whole part of a decimal as a 64-bit integer. @throws RuleError `TRX_002_NUMERIC_OVERFLOW` */
export function wholeInt64(value: Decimal): bigint {
	if (value.e > 20) throw new RuleError('TRX_002_NUMERIC_OVERFLOW', 'the number needs more than 64 bits');
	return int64(BigInt(value.trunc().toFixed(0)));
}
