import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { SourceFault } from '../parse/parse-codes.ts';
import { faultPiece, type Piece, type ReadOptions } from './piece.ts';

interface RawRow {
	readonly raw: string;
	readonly record: readonly string[];
}

/** Rows of a CSV or TSV file after its header, each with the bytes it has in the file. */
export function csvReader(delimiter: string) {
	return async function* readCsv(path: string, { maxRecordSizeBytes, skip }: ReadOptions): AsyncGenerator<Piece> {
		// One character per byte: the parser then gives back the very bytes, and decoding is the next stage's business.
		const rows = createReadStream(path)
			.on('error', (error) => rows.destroy(error))
			.pipe(
				parse({
					delimiter,
					encoding: 'latin1',
					raw: true,
					relax_column_count: true,
					skip_empty_lines: true,
					max_record_size: maxRecordSizeBytes,
				}),
			);
		let columns: readonly string[] | undefined;
		let index = 0;
		try {
			for await (const { raw, record } of rows as AsyncIterable<RawRow>) {
				if (columns === undefined) {
					columns = headerOf(record);
					continue;
				}
				if (index >= skip) yield { bytes: Buffer.from(raw.replace(/\r?\n$/, ''), 'latin1'), index, columns };
				index++;
			}
		} catch (error) {
			yield faultPiece(index, csvFault(error, index, maxRecordSizeBytes));
		}
	};
}

function headerOf(record: readonly string[]): readonly string[] {
	return record.map((name) => Buffer.from(name, 'latin1').toString('utf8').replace(/^\uFEFF/, ''));
}

function csvFault(error: unknown, index: number, maxRecordSizeBytes: number): SourceFault {
	const { code, lines } = error as { code?: string; lines?: number };
	const location = `${lines ?? index + 2}:1`;
	if (code === 'CSV_MAX_RECORD_SIZE') return new SourceFault('PARSE_006_TOO_LARGE', location, `rows of at most ${maxRecordSizeBytes} bytes`);
	if (code === 'CSV_QUOTE_NOT_CLOSED') return new SourceFault('PARSE_005_TRUNCATED', location, 'a closing quote');
	return new SourceFault('PARSE_002_INVALID_CSV', location, 'rows in CSV');
}
