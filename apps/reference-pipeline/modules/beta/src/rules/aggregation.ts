import { type FieldValue, floatValue, integerValue, nullValue } from '@pipeline/model';
import { Decimal } from 'decimal.js';
import * as v from 'valibot';
import { RuleError } from '../errors/rule-error.ts';
import { Decimal60, decimalOf, double, wholeInt64 } from '../fields/decimal.ts';
import { fieldOf, isPresent } from '../fields/field-of.ts';
import { fieldName } from './names.ts';
import type { Step } from './step.ts';

/** Config of TR12. `itemField` names the field to take when the array holds maps. */
export const aggregationConfig = v.strictObject({
	aggregations: v.array(
		v.strictObject({
			source: fieldName,
			target: fieldName,
			operation: v.picklist(['COUNT', 'SUM', 'AVG', 'MIN', 'MAX']),
			itemField: v.optional(fieldName),
		}),
	),
});

type Aggregation = v.InferOutput<typeof aggregationConfig>['aggregations'][number];

/**
 * Reduces an ARRAY field to one number; null elements do not count. Of no elements, COUNT and SUM are 0 and the
 * others null. Integers give an INTEGER, except for AVG.
 */
export function aggregation(config: v.InferOutput<typeof aggregationConfig>): Step[] {
	return config.aggregations.map((rule) => ({
		target: rule.target,
		sources: [rule.source],
		run(fields) {
			const array = fields.get(rule.source);
			if (!isPresent(array)) return;
			if (array.fieldType !== 'ARRAY') throw new RuleError('TRX_008_RULE_CONFIG', `${rule.source} is not an ARRAY`);
			fields.set(rule.target, reduce(elements(array.arrayValue, rule), rule));
		},
	}));
}

function elements(array: readonly FieldValue[], { itemField }: Aggregation): FieldValue[] {
	const items = itemField === undefined ? array : array.map((item) => itemOf(item, itemField));
	return items.filter(isPresent);
}

function itemOf(item: FieldValue, name: string): FieldValue {
	if (item.fieldType !== 'MAP') throw new RuleError('TRX_008_RULE_CONFIG', 'itemField needs an array of maps');
	return fieldOf(item.mapValue, name) ?? nullValue;
}

function reduce(items: readonly FieldValue[], { operation }: Aggregation): FieldValue {
	if (operation === 'COUNT') return integerValue(BigInt(items.length));
	const numbers = items.map(decimalOf);
	const allIntegers = items.every((item) => item.fieldType === 'INTEGER');
	const number = (value: Decimal) => (allIntegers ? integerValue(wholeInt64(value)) : floatValue(double(value)));
	const sum = () => numbers.reduce((total, value) => total.plus(value), new Decimal60(0));
	if (operation === 'SUM') return number(sum());
	if (numbers.length === 0) return nullValue;
	if (operation === 'AVG') return floatValue(double(sum().dividedBy(numbers.length)));
	return number(operation === 'MIN' ? Decimal.min(...numbers) : Decimal.max(...numbers));
}
