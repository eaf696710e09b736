import type { AttributeEntry } from './entries.ts';
import type { RegistryTables, Report } from './lint-subject.ts';

function lintAttribute(name: string, entry: AttributeEntry, report: Report): void {
	const { type, values = [], cap } = entry;
	if (type === 'code' && values.length === 0) report('attribute-values', name, 'a code attribute lists its values');
	if (type !== 'code' && values.length > 0) report('attribute-values', name, 'only a code attribute lists its values');
	if (new Set(values).size !== values.length) report('attribute-values', name, 'a value is listed twice');
	if (cap !== undefined && (!Number.isInteger(cap) || cap < 1))
		report('attribute-cap', name, 'a cap is a count from 1');
	if (cap !== undefined && entry.auditOnly) report('attribute-cap', name, 'what only audit may show is on no metric');
	if (type !== 'text' && (entry.interned ?? entry.maxLength ?? entry.protect) !== undefined) {
		report('attribute-type', name, 'interned, maxLength and protect are for text');
	}
	if (type !== 'number' && entry.unit !== undefined) report('attribute-type', name, 'a unit is for numbers');
}

/** Attributes say what their type asks for. */
export function lintAttributes(tables: RegistryTables, report: Report): void {
	for (const [name, entry] of Object.entries(tables.attributes ?? {})) lintAttribute(name, entry, report);
}

/** Values of code attributes are in the value table, else they have no number. */
export function lintValues(tables: RegistryTables, values: ReadonlySet<string>, report: Report): void {
	for (const [name, entry] of Object.entries(tables.attributes ?? {})) {
		for (const text of entry.values ?? []) {
			if (!values.has(text)) report('unknown-value', name, `${text} is not in the value table`);
		}
	}
}

/** Every entry says what it is. */
export function lintDescriptions(tables: RegistryTables, report: Report): void {
	const described = Object.values(tables).flatMap((table) =>
		Object.entries(table as Readonly<Record<string, { readonly description: string }>>),
	);
	for (const [name, { description }] of described) {
		if (description.trim() === '') report('description', name, 'the description is empty');
	}
}
