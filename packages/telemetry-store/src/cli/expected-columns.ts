import { EVENT_TABLES } from '../schema/event-tables.ts';
import { LINEAGE_TABLES, LINEAGE_VIEWS } from '../schema/lineage-tables.ts';
import { ROLL_UP_TABLES, ROLL_UP_VIEWS } from '../schema/roll-ups.ts';
import { STANDARD_TABLES, STANDARD_VIEWS } from '../schema/standard-tables.ts';

export interface ExpectedColumn {
	readonly table: string;
	readonly column: string;
	/** As in the definition: the engine may write it otherwise. */
	readonly type: string;
}

const TABLES = [...STANDARD_TABLES, ...EVENT_TABLES, ...LINEAGE_TABLES, ...ROLL_UP_TABLES];
export const EXPECTED_VIEWS = [...STANDARD_VIEWS, ...LINEAGE_VIEWS, ...ROLL_UP_VIEWS].map(({ name }) => name);

export function expectedColumns(): readonly ExpectedColumn[] {
	return TABLES.flatMap(({ name: table, columns }) =>
		Object.entries(columns).flatMap(([column, definition]) =>
			columnsOf(column, typeIn(definition)).map((each) => ({ table, ...each })),
		),
	);
}

/** A definition is a type and what follows it. */
const typeIn = (definition: string): string => definition.replace(/ (?:CODEC|DEFAULT|MATERIALIZED)\b.*$/s, '');

/** What is nested is stored as one column of arrays for each of its names. */
function columnsOf(column: string, type: string): readonly Omit<ExpectedColumn, 'table'>[] {
	const nested = /^Nested ?\((.*)\)$/s.exec(type)?.[1];
	if (nested === undefined) return [{ column, type }];
	return splitOutside(nested).map((part) => {
		const [name = '', ...rest] = part.trim().split(' ');
		return { column: `${column}.${name}`, type: `Array(${rest.join(' ')})` };
	});
}

/** Splits at the commas that are in no brackets. */
function splitOutside(text: string): readonly string[] {
	const parts = [''];
	let depth = 0;
	for (const character of text) {
		if (character === '(') depth += 1;
		if (character === ')') depth -= 1;
		if (character === ',' && depth === 0) parts.push('');
		else parts.push(`${parts.pop()}${character}`);
	}
	return parts;
}
