import type { Fields, FieldValue } from '@pipeline/model';
import type { FormattingRules } from './formatting.ts';

/** A field as chosen and ordered for a destination. */
export type VisibleField = readonly [name: string, value: FieldValue];

/** FR01 and FR02: the fields a destination sees, in its order. */
export function visibleFields(fields: Fields, rules: FormattingRules): VisibleField[] {
	return ordered(included(Object.entries(fields), rules), rules);
}

function included(entries: VisibleField[], { inclusion }: FormattingRules): VisibleField[] {
	if (inclusion === undefined) return entries;
	if (inclusion.mode === 'INCLUDE_ONLY') {
		const shown = new Set(inclusion.includedFields);
		return entries.filter(([name]) => shown.has(name));
	}
	const hidden = new Set(inclusion.excludedFields);
	return entries.filter(([name]) => !hidden.has(name));
}

function ordered(entries: VisibleField[], { ordering }: FormattingRules): VisibleField[] {
	if (ordering === undefined) return entries;
	const byName = new Map(entries);
	const listed = [...new Set(ordering.fieldOrder)].flatMap((name): VisibleField[] => {
		const value = byName.get(name);
		return value === undefined ? [] : [[name, value]];
	});
	const listedNames = new Set(ordering.fieldOrder);
	const rest = entries.filter(([name]) => !listedNames.has(name));
	if (ordering.unspecifiedPosition === 'START') return [...rest, ...listed];
	if (ordering.unspecifiedPosition === 'ALPHABETICAL') rest.sort(([a], [b]) => (a < b ? -1 : 1));
	return [...listed, ...rest];
}
