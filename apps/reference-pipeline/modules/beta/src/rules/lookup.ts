import { type FieldValue, fromPlain, nullValue } from '@pipeline/model';
import * as v from 'valibot';
import { RuleError } from '../errors/rule-error.ts';
import { textOf } from '../fields/text.ts';
import { fieldName, jsonValue } from './names.ts';
import type { Step, StepScope } from './step.ts';

const lookupRule = v.pipe(
	v.strictObject({
		inline: v.optional(v.record(v.string(), jsonValue)),
		table: v.optional(v.string()),
		tableField: v.optional(fieldName),
		keyField: fieldName,
		valueField: fieldName,
		onMissing: v.optional(v.picklist(['DEFAULT', 'KEEP', 'NULL', 'FAIL']), 'FAIL'),
		default: v.optional(jsonValue, null),
	}),
	v.check((rule) => (rule.inline === undefined) !== (rule.table === undefined), 'give either inline or table'),
	v.check((rule) => rule.table === undefined || rule.tableField !== undefined, 'a table needs tableField'),
);

type LookupRule = v.InferOutput<typeof lookupRule>;

/** Config of TR10. `keyField` holds the key, `valueField` receives the value, `tableField` is the table's column. */
export const lookupConfig = v.strictObject({ lookups: v.array(lookupRule) });

/** Replaces a key by what a table says. A null key changes nothing. */
export function lookup(config: v.InferOutput<typeof lookupConfig>): Step[] {
	return config.lookups.map((rule) => {
		const inline = new Map(Object.entries(rule.inline ?? {}).map(([key, value]) => [key, fromPlain(value)]));
		return {
			target: rule.valueField,
			sources: [rule.keyField],
			run(fields, scope) {
				const key = textOf(fields.get(rule.keyField));
				if (key === undefined) return;
				const value = rule.inline ? inline.get(key) : tableValue(rule, key, scope);
				const written = value ?? missing(rule, key);
				if (written !== undefined) fields.set(rule.valueField, written);
			},
		};
	});
}

function tableValue(rule: LookupRule, key: string, scope: StepScope): FieldValue | undefined {
	const table = scope.tables.get(rule.table ?? '');
	if (!table) throw new RuleError('TRX_008_RULE_CONFIG', `there is no table ${rule.table}`);
	const row = table.row(key);
	return row && Object.hasOwn(row, rule.tableField ?? '') ? row[rule.tableField ?? ''] : undefined;
}

function missing(rule: LookupRule, key: string): FieldValue | undefined {
	if (rule.onMissing === 'KEEP') return undefined;
	if (rule.onMissing === 'NULL') return nullValue;
	if (rule.onMissing === 'DEFAULT') return fromPlain(rule.default);
	throw new RuleError('TRX_005_LOOKUP_MISS', 'the key is not in the table', key);
}
