import { booleanValue, nullValue, stringValue } from '@pipeline/model';
import * as v from 'valibot';
import { RuleError } from '../errors/rule-error.ts';
import { textOf } from '../fields/text.ts';
import type { FieldEditor } from '../transform/field-editor.ts';
import { fieldName, MAX_PATTERN_INPUT, pattern } from './names.ts';
import type { Step, StepScope } from './step.ts';

const validationRule = v.pipe(
	v.strictObject({
		field: fieldName,
		pattern,
		onInvalid: v.picklist(['FLAG', 'CORRECT', 'NULL', 'FAIL']),
		flagField: v.optional(fieldName),
		correction: v.optional(v.strictObject({ pattern, replacement: v.string() })),
	}),
	v.check((rule) => rule.onInvalid !== 'CORRECT' || rule.correction !== undefined, 'CORRECT needs a correction'),
);

type ValidationRule = v.InferOutput<typeof validationRule>;

/** Config of TR14. `pattern` must match the whole text; `correction` replaces every match of its own pattern. */
export const validationConfig = v.strictObject({ validations: v.array(validationRule) });

/** Checks a text and flags, corrects, empties or refuses a wrong one. A null field is not checked. */
export function validation(config: v.InferOutput<typeof validationConfig>): Step[] {
	return config.validations.map((rule) => {
		const whole = new RegExp(`^(?:${rule.pattern})$`, 'u');
		const isValid = (text: string) => text.length <= MAX_PATTERN_INPUT && whole.test(text);
		return {
			target: rule.field,
			sources: [],
			run(fields, scope) {
				const text = textOf(fields.get(rule.field));
				if (text !== undefined && !isValid(text)) treat(rule, text, isValid, fields, scope);
			},
		};
	});
}

function treat(
	rule: ValidationRule,
	text: string,
	isValid: (text: string) => boolean,
	fields: FieldEditor,
	scope: StepScope,
): void {
	if (rule.onInvalid === 'FAIL') throw mismatch(text);
	if (rule.onInvalid === 'NULL') fields.set(rule.field, nullValue);
	if (rule.onInvalid === 'CORRECT') {
		correct(rule, text, isValid, fields);
		return;
	}
	scope.flag(`INVALID:${rule.field}`);
	if (rule.flagField) fields.set(rule.flagField, booleanValue(true));
}

function correct(rule: ValidationRule, text: string, isValid: (text: string) => boolean, fields: FieldEditor): void {
	const { pattern: wrong = '', replacement = '' } = rule.correction ?? {};
	const corrected = text.length <= MAX_PATTERN_INPUT ? text.replace(new RegExp(wrong, 'gu'), replacement) : text;
	if (!isValid(corrected)) throw mismatch(text);
	fields.set(rule.field, stringValue(corrected));
}

function mismatch(text: string): RuleError {
	return new RuleError('TRX_003_PATTERN_MISMATCH', 'the text does not match the pattern', text);
}
