import type { FieldValue } from '@pipeline/model';
import type { RenderFormat } from '../config/gamma-config.ts';
import { GAMMA_CODES } from '../errors/codes.ts';
import { datetimeValue } from './datetime-value.ts';
import type { FormattingRules } from './formatting.ts';
import { numberValue } from './number-value.ts';
import type { PlainEntry, PlainValue } from './plain-value.ts';
import { RenderError } from './render-error.ts';
import { replaceText } from './text-value.ts';
import type { VisibleField } from './visible-fields.ts';

const MAX_DEPTH = 32;

/**
 * FR03 to FR06 on every field.
 * @throws RenderError on a value neither format can hold, or nested deeper than 32.
 */
export function plainFields(
	fields: readonly VisibleField[],
	format: RenderFormat,
	rules: FormattingRules,
): PlainEntry[] {
	const entries: PlainEntry[] = [];
	for (const [name, value] of fields) {
		const plain = plainValue(value, name, format, rules, 0);
		if (plain === null && format === 'JSON' && rules.nulls?.omitNullFields === true) continue;
		entries.push([name, plain ?? nullText(format, rules)]);
	}
	return entries;
}

/** FR03: what stands for null in a format. */
export function nullText(format: RenderFormat, rules: FormattingRules): string | null {
	return rules.nulls?.representation?.[format] ?? null;
}

function plainValue(
	value: FieldValue,
	name: string,
	format: RenderFormat,
	rules: FormattingRules,
	depth: number,
): PlainValue {
	if (depth > MAX_DEPTH) throw new RenderError(GAMMA_CODES.renderUnsupportedType, 'nested too deeply', name);
	if (value.isNull) return null;
	switch (value.fieldType) {
		case 'STRING':
			return replaceText(value.stringValue, format, rules);
		case 'INTEGER':
			return value.integerValue;
		case 'FLOAT':
			return numberValue(value.floatValue, name, rules);
		case 'BOOLEAN':
			return value.booleanValue;
		case 'DATETIME':
			return datetimeValue(value.datetimeValue, name, rules);
		case 'BINARY':
			return Buffer.from(value.binaryValue).toString('base64');
		case 'ARRAY':
			return value.arrayValue.map((item) => plainValue(item, name, format, rules, depth + 1));
		case 'MAP':
			return {
				entries: Object.entries(value.mapValue).map(([key, item]) => [
					key,
					plainValue(item, name, format, rules, depth + 1),
				]),
			};
		default:
			throw new RenderError(GAMMA_CODES.renderUnsupportedType, 'unknown field type', name);
	}
}
