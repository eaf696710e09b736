import { stringValue } from '@pipeline/model';
import * as v from 'valibot';
import { byField } from './names.ts';
import type { Step } from './step.ts';
import { textField } from './text-field.ts';

const cases = {
	UPPER: (text: string) => text.toUpperCase(),
	LOWER: (text: string) => text.toLowerCase(),
	TITLE: (text: string) =>
		text.toLowerCase().replace(/(^|[^\p{L}\p{M}\p{N}'’])(\p{L})/gu, (_, before: string, first: string) => {
			return before + first.toUpperCase();
		}),
} as const;

/** Config of TR03. */
export const caseConfig = v.strictObject({ fieldCases: byField(v.picklist(['UPPER', 'LOWER', 'TITLE'])) });

/** Changes the case of text by Unicode rules, the same in every locale. */
export function changeCase(config: v.InferOutput<typeof caseConfig>): Step[] {
	return Object.entries(config.fieldCases).map(([field, wanted]) => ({
		target: field,
		sources: [field],
		run(fields) {
			const text = textField(fields, field);
			if (text !== undefined) fields.set(field, stringValue(cases[wanted](text)));
		},
	}));
}
