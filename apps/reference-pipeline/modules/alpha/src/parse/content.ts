import { parse as parseCsv } from 'csv-parse/sync';
import { type FieldValue, type Fields, fromPlain, nullValue, stringValue } from '@pipeline/model';
import { SourceFault } from './parse-codes.ts';

/** Deepest nesting of a record. */
export const MAX_DEPTH = 64;

/** The objects in a JSON text; several when it is an array. @throws SourceFault */
export function jsonObjects(text: string): readonly Fields[] {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		throw new SourceFault('PARSE_001_INVALID_JSON', positionOf(error), 'a JSON value');
	}
	const objects = Array.isArray(value) ? value : [value];
	return objects.map((object, at) => fieldsOf(object, at));
}

function fieldsOf(value: unknown, at: number): Fields {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		throw new SourceFault('PARSE_007_UNEXPECTED_SCHEMA', String(at), 'an object');
	}
	if (depthOf(value) > MAX_DEPTH) throw new SourceFault('PARSE_007_UNEXPECTED_SCHEMA', String(at), `at most ${MAX_DEPTH} levels`);
	return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, fromPlain(entry)]));
}

/** Stops counting one level beyond the limit, so that hostile nesting costs nothing. */
function depthOf(value: object): number {
	let level: unknown[] = [value];
	let depth = 0;
	while (level.length > 0 && depth <= MAX_DEPTH) {
		level = level.flatMap((entry) => (typeof entry === 'object' && entry !== null ? Object.values(entry) : []));
		depth++;
	}
	return depth;
}

function positionOf(error: unknown): string {
	return /position (\d+)/.exec(String(error))?.[1] ?? '0';
}

/** One CSV row under its header. Empty cells are NULL; numbers become numbers. @throws SourceFault */
export function csvFields(text: string, columns: readonly string[], delimiter: string): Fields {
	let cells: readonly string[];
	try {
		[cells = []] = parseCsv(text, { delimiter, relax_column_count: true, to: 1 }) as string[][];
	} catch {
		throw new SourceFault('PARSE_002_INVALID_CSV', '1:1', 'a row in CSV');
	}
	if (cells.length !== columns.length) {
		throw new SourceFault('PARSE_002_INVALID_CSV', `1:${cells.length}`, `${columns.length} columns`);
	}
	return Object.fromEntries(columns.map((name, at) => [name, cellValue(cells[at] ?? '')]));
}

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const MAX_NUMBER_LENGTH = 17;

function cellValue(text: string): FieldValue {
	if (text === '') return nullValue;
	if (text.length <= MAX_NUMBER_LENGTH && NUMBER.test(text)) return fromPlain(Number(text));
	return stringValue(text);
}
