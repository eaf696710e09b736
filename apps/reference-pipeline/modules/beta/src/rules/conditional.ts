import type { Fields } from '@pipeline/model';
import * as v from 'valibot';
import { compileCondition, conditionShape } from '../fields/condition.ts';

/** Config of TR13. `then` and `else` name rule sets of the target schema. */
export const conditionalConfig = v.strictObject({
	// biome-ignore lint/suspicious/noThenProperty: a text, never called; the rule's key has this name
	conditionals: v.array(v.strictObject({ condition: conditionShape, then: v.string(), else: v.optional(v.string()) })),
});

/** Names the rule set that a record gets, or `undefined`. */
export type RuleSetChoice = (fields: Fields) => string | undefined;

/** One choice per conditional, in order. */
export function conditional(config: v.InferOutput<typeof conditionalConfig>): RuleSetChoice[] {
	return config.conditionals.map((rule) => {
		const holds = compileCondition(rule.condition);
		return (fields) => (holds(fields) ? rule.then : rule.else);
	});
}
