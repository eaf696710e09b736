import * as v from 'valibot';
import { coerce } from '../fields/coerce.ts';
import { FIELD_TYPES } from '../profile/field-types.ts';
import { byField } from './names.ts';
import type { Step } from './step.ts';

/** Config of TR02. `sourceType` limits the conversion to values of that type. */
export const coercionConfig = v.strictObject({
	typeConversions: byField(
		v.strictObject({ sourceType: v.optional(v.picklist(FIELD_TYPES)), targetType: v.picklist(FIELD_TYPES) }),
	),
	strictMode: v.optional(v.boolean(), true),
});

/** Converts fields to another type; a conversion that loses something fails unless `strictMode` is false. */
export function coercion(config: v.InferOutput<typeof coercionConfig>): Step[] {
	return Object.entries(config.typeConversions).map(([field, { sourceType, targetType }]) => ({
		target: field,
		sources: [field],
		run(fields) {
			const value = fields.get(field);
			if (value === undefined || (sourceType && value.fieldType !== sourceType)) return;
			fields.set(field, coerce(value, targetType, config.strictMode));
		},
	}));
}
