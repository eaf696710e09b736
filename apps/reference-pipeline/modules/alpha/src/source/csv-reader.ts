import { csvCells } from '../parse/content.ts';
import { decodeText } from '../parse/decode-text.ts';
import { SourceFault } from '../parse/parse-codes.ts';
import { faultPiece, type Piece, type ReadOptions } from './piece.ts';
import { CsvScanner } from './text/csv-scanner.ts';
import { textRows } from './text/text-rows.ts';

/** Longest header, in bytes: every row of the file names it. */
export const MAX_HEADER_BYTES = 64 * 1024;

/** Rows of a CSV or TSV file after its header, each with the bytes it has in the file. */
export function csvReader(delimiter: string) {
	return async function* readCsv(path: string, options: ReadOptions): AsyncGenerator<Piece> {
		let columns: readonly string[] | undefined;
		for await (const piece of textRows(path, new CsvScanner(delimiter), options)) {
			if (columns !== undefined) {
				const index = piece.index - 1;
				if (index >= options.skip) yield { ...piece, index, columns };
				continue;
			}
			const header = headerOf(piece, delimiter);
			if (!Array.isArray(header)) {
				yield faultPiece(0, header, piece.bytes);
				return;
			}
			columns = header;
		}
	};
}

/** Names of the columns, or why there are none. */
function headerOf({ bytes, fault, encoding = 'UTF-8' }: Piece, delimiter: string): readonly string[] | SourceFault {
	if (fault) return new SourceFault(fault.code, fault.location, fault.expected);
	if (bytes.length > MAX_HEADER_BYTES)
		return new SourceFault('PARSE_006_TOO_LARGE', '1:1', `a header of at most ${MAX_HEADER_BYTES} bytes`);
	try {
		return csvCells(decodeText(bytes, encoding, 'UTF-8'), delimiter);
	} catch (error) {
		return error instanceof SourceFault ? error : new SourceFault('PARSE_002_INVALID_CSV', '1:1', 'a header');
	}
}
