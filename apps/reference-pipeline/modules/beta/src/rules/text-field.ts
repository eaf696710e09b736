import { RuleError } from '../errors/rule-error.ts';
import type { FieldEditor } from '../transform/field-editor.ts';

/**
 * The text of a STRING field; `undefined` when null or missing, which string rules leave alone.
 * @throws RuleError `TRX_008_RULE_CONFIG` when the field holds another type
 */
export function textField(fields: FieldEditor, name: string): string | undefined {
	const value = fields.get(name);
	if (value === undefined || value.fieldType === 'NULL') return undefined;
	if (value.fieldType === 'STRING') return value.stringValue;
	throw new RuleError('TRX_008_RULE_CONFIG', `the rule needs a STRING, ${name} is ${value.fieldType}`);
}
