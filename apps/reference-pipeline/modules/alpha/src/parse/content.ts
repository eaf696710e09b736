import { type Fields, type FieldValue, fromPlain, nullValue, stringValue } from '@pipeline/model';
import { parse as parseCsv } from 'csv-parse/sync';
import { jsonValue } from './json-value.ts';
import { SourceFault } from './parse-codes.ts';

/** Deepest nesting of a record. The codec allows 64 levels of its own, and one level of a value takes two of them, beside the message. */
export const MAX_DEPTH = 24;

/** Objects of one raw record, and what was odd about it. */
export interface ParsedContent {
	readonly objects: readonly Fields[];
	readonly warnings: readonly string[];
}

/** The objects in a JSON text; several when it is an array, where arrays are split. @throws SourceFault */
export function jsonObjects(text: string, splitsArrays: boolean): ParsedContent {
	const { value, warnings } = jsonValue(text, MAX_DEPTH);
	const objects = splitsArrays && Array.isArray(value) && value.length > 0 ? value : [value];
	return { objects: objects.map(fieldsOf), warnings };
}

function fieldsOf(value: unknown, at: number): Fields {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		throw new SourceFault('PARSE_007_UNEXPECTED_SCHEMA', String(at), 'an object');
	}
	return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, fromPlain(entry)]));
}

/** The cells of one CSV row. @throws SourceFault PARSE_002_INVALID_CSV */
export function csvCells(text: string, delimiter: string): readonly string[] {
	// The row's ending is cut off, so without a quote nothing but the delimiter has a meaning.
	if (!text.includes('"')) return text.split(delimiter);
	try {
		const rows = parseCsv(text, { delimiter, relax_column_count: true }) as string[][];
		if (rows.length === 1 && rows[0]) return rows[0];
	} catch {
		// The fault below says it.
	}
	throw new SourceFault('PARSE_002_INVALID_CSV', '1:1', 'a row in CSV');
}

/** One CSV row under its header. Empty cells are NULL; numbers become numbers. @throws SourceFault */
export function csvFields(text: string, columns: readonly string[], delimiter: string): Fields {
	const cells = csvCells(text, delimiter);
	if (cells.length !== columns.length) {
		throw new SourceFault('PARSE_002_INVALID_CSV', `1:${cells.length}`, `${columns.length} columns`);
	}
	return Object.fromEntries(columns.map((name, at) => [name, cellValue(cells[at] ?? '')]));
}

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const MAX_NUMBER_LENGTH = 17;

/** Text stays text where the number would not have all its digits. */
function cellValue(text: string): FieldValue {
	if (text === '') return nullValue;
	if (text.length > MAX_NUMBER_LENGTH || !NUMBER.test(text)) return stringValue(text);
	const number = Number(text);
	const isExact = Number.isFinite(number) && (Number.isSafeInteger(number) || !/^-?\d+$/.test(text));
	return isExact ? fromPlain(number) : stringValue(text);
}
