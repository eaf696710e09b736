import { asyncBufferFromFile, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { SourceFault } from '../parse/parse-codes.ts';

/** Rows that are rows in memory at the same time; a row group is decoded several times rather than kept. */
const WINDOW_ROWS = 32_768;
/** Uncompressed bytes of one row group: a column of it is decoded in memory. */
const MAX_GROUP_BYTES = 512 * 1024 * 1024;
/** Bytes that a footer may have. */
const MAX_FOOTER_BYTES = 64 * 1024 * 1024;

/** A row as JSON with its columns sorted by name. Too large a row is only named. */
export interface ParquetRow {
	readonly index: number;
	readonly json: string | undefined;
}

/** Rows of a Parquet file from `skip` on, a window of them in memory at a time. @throws on damage, when what is before it was given out */
export async function* parquetRows(path: string, skip: number, maxRecordSizeBytes: number): AsyncGenerator<ParquetRow> {
	let index = skip;
	const file = await asyncBufferFromFile(path);
	await assertFooter(file);
	const metadata = await parquetMetadataAsync(file);
	const columns = { file, metadata, compressors, geoparquet: false };
	for (const [rowStart, rowEnd] of windowsOf(metadata, skip)) {
		const rows = await parquetReadObjects({ ...columns, rowStart, rowEnd });
		if (rows.length !== rowEnd - rowStart) throw new Error('fewer rows than the footer claims');
		for (const row of rows) yield { index: index++, json: jsonOf(row, maxRecordSizeBytes) };
	}
}

async function assertFooter(file: { byteLength: number; slice(start: number, end?: number): unknown }): Promise<void> {
	if (file.byteLength < 12) throw new SourceFault('PARSE_005_TRUNCATED', '0', 'a Parquet file');
	const tail = (await file.slice(file.byteLength - 8, file.byteLength)) as ArrayBuffer;
	if (new DataView(tail).getUint32(0, true) <= MAX_FOOTER_BYTES) return;
	throw new SourceFault('PARSE_006_TOO_LARGE', '0', `a footer of at most ${MAX_FOOTER_BYTES} bytes`);
}

/** Row ranges that lie in one row group each. */
function* windowsOf(metadata: FileMetaData, skip: number): Generator<readonly [start: number, end: number]> {
	let start = 0;
	for (const { num_rows: count, total_byte_size: bytes } of metadata.row_groups) {
		const end = start + Number(count);
		if (end < start || Number(bytes) < 0 || Number(bytes) > MAX_GROUP_BYTES) {
			throw new SourceFault('PARSE_006_TOO_LARGE', String(start), `row groups of at most ${MAX_GROUP_BYTES} bytes`);
		}
		for (let from = Math.max(start, skip); from < end; from += WINDOW_ROWS)
			yield [from, Math.min(end, from + WINDOW_ROWS)];
		start = end;
	}
}

function jsonOf(row: Record<string, unknown>, maxRecordSizeBytes: number): string | undefined {
	const sorted = Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));
	const json = JSON.stringify(sorted, plain);
	return Buffer.byteLength(json) <= maxRecordSizeBytes ? json : undefined;
}

const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/** 64-bit integers keep their digits; JSON has no other place for them. */
function plain(_key: string, value: unknown): unknown {
	if (typeof value === 'bigint') return rawJSON(value.toString());
	if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
	return value;
}
