import { stringValue } from '@pipeline/model';
import * as v from 'valibot';
import { fieldName } from './names.ts';
import type { Step } from './step.ts';

/** Config of TR17. */
export const sequenceConfig = v.strictObject({
	sequences: v.array(
		v.strictObject({
			target: fieldName,
			prefix: v.optional(v.pipe(v.string(), v.maxLength(100)), ''),
			start: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0)), 1),
			padding: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(30)), 0),
			scope: v.optional(v.picklist(['BATCH', 'PROFILE']), 'BATCH'),
		}),
	),
});

/**
 * Numbers records by their place in the batch. BATCH counts from `start` in each batch; PROFILE also writes the
 * batch id, so that values of a profile never repeat and a replay gives the same ones.
 */
export function sequence(config: v.InferOutput<typeof sequenceConfig>): Step[] {
	return config.sequences.map((rule) => ({
		target: rule.target,
		sources: [],
		run(fields, { batchId, index }) {
			const number = String(rule.start + index).padStart(rule.padding, '0');
			const batch = rule.scope === 'PROFILE' ? `${batchId.replaceAll('-', '')}-` : '';
			fields.set(rule.target, stringValue(`${rule.prefix}${batch}${number}`));
		},
	}));
}
