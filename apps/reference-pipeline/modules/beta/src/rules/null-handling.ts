import { fromPlain } from '@pipeline/model';
import * as v from 'valibot';
import { RuleError } from '../errors/rule-error.ts';
import { isPresent } from '../fields/field-of.ts';
import { byField, jsonValue } from './names.ts';
import type { Step } from './step.ts';

/** Config of TR11. */
export const nullHandlingConfig = v.strictObject({
	nullHandling: byField(
		v.strictObject({ action: v.picklist(['PRESERVE', 'DEFAULT', 'FAIL']), default: v.optional(jsonValue, null) }),
	),
});

/** Treats null and missing fields: keep them, fill in a default, or fail. */
export function nullHandling(config: v.InferOutput<typeof nullHandlingConfig>): Step[] {
	return Object.entries(config.nullHandling).map(([field, { action, default: given }]) => ({
		target: field,
		sources: [],
		run(fields) {
			if (action === 'PRESERVE' || isPresent(fields.get(field))) return;
			if (action === 'FAIL') throw new RuleError('TRX_001_COERCION', 'the field is null or missing');
			fields.set(field, fromPlain(given));
		},
	}));
}
