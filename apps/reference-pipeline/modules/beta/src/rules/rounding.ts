import { type FieldValue, floatValue, integerValue, stringValue } from '@pipeline/model';
import type { Decimal } from 'decimal.js';
import * as v from 'valibot';
import { Decimal60, decimalOf, double, wholeInt64 } from '../fields/decimal.ts';
import { isPresent } from '../fields/field-of.ts';
import { byField } from './names.ts';
import type { Step } from './step.ts';

const MODES = {
	HALF_UP: Decimal60.ROUND_HALF_UP,
	HALF_EVEN: Decimal60.ROUND_HALF_EVEN,
	FLOOR: Decimal60.ROUND_FLOOR,
	CEILING: Decimal60.ROUND_CEIL,
	DOWN: Decimal60.ROUND_DOWN,
} as const;

const numericRule = v.strictObject({
	roundMode: v.optional(v.picklist(['HALF_UP', 'HALF_EVEN', 'FLOOR', 'CEILING', 'DOWN']), 'HALF_UP'),
	decimalPlaces: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(30)),
	scaleFactor: v.optional(v.pipe(v.string(), v.regex(/^-?\d{1,20}(\.\d{1,20})?$/)), '1'),
});

/** Config of TR07. `scaleFactor` is decimal text, so that "0.1" means one tenth exactly. */
export const roundingConfig = v.strictObject({ numericRules: byField(numericRule) });

/** Scales, then rounds, in decimal arithmetic. The type stays; an INTEGER that gains decimals becomes FLOAT. */
export function rounding(config: v.InferOutput<typeof roundingConfig>): Step[] {
	return Object.entries(config.numericRules).map(([field, rule]) => ({
		target: field,
		sources: [field],
		run(fields) {
			const value = fields.get(field);
			if (!isPresent(value)) return;
			const scaled = decimalOf(value).times(rule.scaleFactor);
			fields.set(field, likeBefore(value, scaled.toDecimalPlaces(rule.decimalPlaces, MODES[rule.roundMode]), rule));
		},
	}));
}

function likeBefore(before: FieldValue, result: Decimal, rule: v.InferOutput<typeof numericRule>): FieldValue {
	if (before.fieldType === 'STRING') return stringValue(result.toFixed(rule.decimalPlaces));
	if (before.fieldType === 'INTEGER' && result.isInteger()) return integerValue(wholeInt64(result));
	return floatValue(double(result) || 0);
}
