import type { FormattingRules } from './formatting.ts';
import { jsonText } from './json-text.ts';
import { isList, type PlainEntry, type PlainValue } from './plain-value.ts';

/** FR07: arrays as they are, joined, or as numbered fields. */
export function formatArrays(entries: readonly PlainEntry[], { arrays }: FormattingRules): PlainEntry[] {
	if (arrays === undefined || arrays.arrayFormat === 'NATIVE') return [...entries];
	const delimiter = arrays.delimiter ?? ',';
	return entries.flatMap(([name, value]): PlainEntry[] => {
		if (!isList(value)) return [[name, value]];
		if (arrays.arrayFormat === 'REPEATED') return value.map((item, index) => [`${name}_${index + 1}`, item]);
		return [[name, value.map(cellText).join(delimiter)]];
	});
}

/** A value as bare text: strings as they are, null as nothing, the rest as JSON. */
export function cellText(value: PlainValue): string {
	if (typeof value === 'string') return value;
	return value === null ? '' : typeof value === 'bigint' ? value.toString() : jsonText(value);
}
