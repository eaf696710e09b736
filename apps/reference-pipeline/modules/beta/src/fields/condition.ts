import { type Fields, type FieldValue, fromPlain } from '@pipeline/model';
import * as v from 'valibot';
import { fieldName, jsonValue } from '../rules/names.ts';
import { compareValues } from './compare.ts';
import { fieldOf, isPresent } from './field-of.ts';

const OPERATORS = ['EQUALS', 'IN', 'EXISTS', 'GT', 'LT'] as const;

/** A test of one field: equal, one of a list, present, greater or less. A null field only ever fails it. */
export const conditionShape = v.pipe(
	v.strictObject({ field: fieldName, operator: v.picklist(OPERATORS), value: v.optional(jsonValue) }),
	v.check((c) => c.operator === 'EXISTS' || c.value !== undefined, 'the operator needs a value'),
	v.check((c) => c.operator !== 'IN' || Array.isArray(c.value), 'IN needs an array'),
);

/** A test of a record's fields. */
export type Condition = (fields: Fields) => boolean;

/** Compiles a condition of a profile. Values of different kinds are never equal, greater or less. */
export function compileCondition({ field, operator, value }: v.InferOutput<typeof conditionShape>): Condition {
	const operands = (operator === 'IN' ? (value as unknown[]) : [value ?? null]).map((each) => fromPlain(each));
	return (fields) => {
		const actual = fieldOf(fields, field);
		return isPresent(actual) && (operator === 'EXISTS' || operands.some((operand) => holds(actual, operator, operand)));
	};
}

function holds(actual: FieldValue, operator: (typeof OPERATORS)[number], operand: FieldValue): boolean {
	const order = compareValues(actual, operand);
	if (order === undefined) return false;
	if (operator === 'GT') return order > 0;
	return operator === 'LT' ? order < 0 : order === 0;
}
