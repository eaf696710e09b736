import { stringValue } from '@pipeline/model';
import * as v from 'valibot';
import { RuleError } from '../errors/rule-error.ts';
import { fieldName, MAX_PATTERN_INPUT, pattern } from './names.ts';
import type { Step } from './step.ts';
import { textField } from './text-field.ts';

/** Config of TR05. `group` is the number of the capture group; 0 is the whole match. */
export const extractionConfig = v.strictObject({
	extractions: v.array(
		v.strictObject({
			source: fieldName,
			target: fieldName,
			pattern,
			group: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(99)), 1),
		}),
	),
});

/** Puts the first match of a pattern into a field; no match is an error. */
export function extraction(config: v.InferOutput<typeof extractionConfig>): Step[] {
	return config.extractions.map((rule) => {
		const expression = new RegExp(rule.pattern, 'u');
		return {
			target: rule.target,
			sources: [rule.source],
			run(fields) {
				const text = textField(fields, rule.source);
				if (text === undefined) return;
				const found = text.length <= MAX_PATTERN_INPUT ? expression.exec(text)?.[rule.group] : undefined;
				if (found === undefined) throw new RuleError('TRX_003_PATTERN_MISMATCH', 'the pattern has no match', text);
				fields.set(rule.target, stringValue(found));
			},
		};
	});
}
