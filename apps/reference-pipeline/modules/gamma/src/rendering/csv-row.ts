import { stringify } from 'csv-stringify/sync';
import { GAMMA_CODES } from '../errors/codes.ts';
import { cellText } from './array-format.ts';
import { isList, isMap, type PlainEntry, type PlainValue } from './plain-value.ts';
import { RenderError } from './render-error.ts';

// Text cells that a spreadsheet would run as a formula get a leading apostrophe; numbers keep their sign.
const OPTIONS = { escape_formulas: true, record_delimiter: '\n', eof: false, cast: { boolean: String } } as const;

/**
 * Writes one row without its line end.
 * @throws RenderError when an entry has no column.
 */
export function csvRow(entries: readonly PlainEntry[], columns: readonly string[], nullText: string | null): string {
	const values = new Map(entries);
	const known = new Set(columns);
	for (const name of values.keys()) {
		if (!known.has(name)) throw new RenderError(GAMMA_CODES.renderSchemaViolation, 'no column for this field', name);
	}
	return stringify([columns.map((name) => cell(values.get(name) ?? nullText))], OPTIONS);
}

/** Writes the header row without its line end. */
export function csvHeader(columns: readonly string[]): string {
	return stringify([[...columns]], OPTIONS);
}

function cell(value: PlainValue): string | number | bigint | boolean | null {
	return isList(value) || isMap(value) ? cellText(value) : value;
}
