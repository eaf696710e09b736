import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { SourceFault } from '../parse/parse-codes.ts';
import { faultPiece, type Piece, type ReadOptions } from './piece.ts';

/** Rows that a damaged footer may claim for one row group before the file is refused. */
const MAX_GROUP_ROWS = 10_000_000;
/** Uncompressed bytes of one row group; it is decoded in memory. */
const MAX_GROUP_BYTES = 512 * 1024 * 1024;

/** Rows of a Parquet file, one row group in memory at a time, each as JSON with sorted columns. */
export async function* readParquet(path: string, { maxRecordSizeBytes, skip }: ReadOptions): AsyncGenerator<Piece> {
	let index = 0;
	try {
		const file = await asyncBufferFromFile(path);
		const metadata = await parquetMetadataAsync(file);
		for (const { num_rows: count, total_byte_size: bytes } of metadata.row_groups) {
			assertGroup(Number(count), Number(bytes), index);
			const rowEnd = index + Number(count);
			if (rowEnd > skip && Number(count) > 0) {
				const rowStart = Math.max(index, skip);
				const rows = await parquetReadObjects({ file, metadata, rowStart, rowEnd, compressors });
				for (const [at, row] of rows.entries()) yield rowPiece(rowStart + at, row, maxRecordSizeBytes);
			}
			index = rowEnd;
		}
	} catch (error) {
		yield faultPiece(index, error instanceof SourceFault ? error : new SourceFault('PARSE_005_TRUNCATED', String(index), 'a Parquet file'));
	}
}

function assertGroup(rows: number, bytes: number, index: number): void {
	const isSane = rows >= 0 && rows <= MAX_GROUP_ROWS && bytes >= 0 && bytes <= MAX_GROUP_BYTES;
	if (!isSane) throw new SourceFault('PARSE_006_TOO_LARGE', String(index), `row groups of at most ${MAX_GROUP_ROWS} rows and ${MAX_GROUP_BYTES} bytes`);
}

function rowPiece(index: number, row: Record<string, unknown>, maxRecordSizeBytes: number): Piece {
	const bytes = Buffer.from(JSON.stringify(row, plain));
	if (bytes.length <= maxRecordSizeBytes) return { bytes, index };
	return faultPiece(index, new SourceFault('PARSE_006_TOO_LARGE', String(index), `at most ${maxRecordSizeBytes} bytes`), bytes);
}

function plain(_key: string, value: unknown): unknown {
	if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
	if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
	return value;
}
