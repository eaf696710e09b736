import { parse } from 'csv-parse/sync';

/** The records of a post as text: elements of a JSON array, rows of a CSV, else the body itself. */
export function contentsOf(body: string, contentType: string, isBatch: boolean): string[] {
	if (!isBatch) return [body];
	if (contentType.startsWith('text/csv')) {
		const rows = parse(body, { relax_column_count: true }) as string[][];
		return rows.map((row) => JSON.stringify(row));
	}
	return (JSON.parse(body) as unknown[]).map((element) => JSON.stringify(element));
}
