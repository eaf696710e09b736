import { nullValue, stringValue } from '@pipeline/model';
import * as v from 'valibot';
import { joinParts } from '../fields/join-parts.ts';
import { textOf } from '../fields/text.ts';
import { fieldName } from './names.ts';
import type { Step } from './step.ts';

/** How several fields become one text: joined by a separator, or put into a template with `{field}` places. */
export const compositeShape = {
	target: fieldName,
	sources: v.pipe(v.array(fieldName), v.minLength(1), v.maxLength(100)),
	separator: v.optional(v.string(), ' '),
	template: v.optional(v.pipe(v.string(), v.maxLength(10_000))),
};

/** Config of TR06. */
export const compositeConfig = v.strictObject({ composites: v.array(v.strictObject(compositeShape)) });

/** Builds a text from several fields. Null parts are skipped; all null gives null. */
export function composite(config: v.InferOutput<typeof compositeConfig>): Step[] {
	return config.composites.map((rule) => ({
		target: rule.target,
		sources: rule.sources,
		run(fields) {
			const text = joinParts(rule, (name) => textOf(fields.get(name)));
			fields.set(rule.target, text === undefined ? nullValue : stringValue(text));
		},
	}));
}
