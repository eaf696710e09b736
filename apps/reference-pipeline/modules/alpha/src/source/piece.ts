import { type ParseCode, SourceFault } from '../parse/parse-codes.ts';
import type { Encoding } from './text/encoding.ts';

/** One row or element of a file, as its bytes stand there. */
export interface Piece {
	readonly bytes: Uint8Array;
	/** Position in its file, from 0. */
	readonly index: number;
	/** Column names of a CSV file. */
	readonly columns?: readonly string[];
	/** Of the bytes, when the file says so itself. */
	readonly encoding?: Encoding;
	/** The file could not be read on from here: the parser makes one failure of it. */
	readonly fault?: { readonly code: ParseCode; readonly location: string; readonly expected: string };
}

export interface ReadOptions {
	/** Longest row or element. */
	readonly maxRecordSizeBytes: number;
	/** Encoding of text without a byte order mark. */
	readonly encoding: Encoding;
	/** Rows to leave out at the start. */
	readonly skip: number;
	/** Longest wait for the next rows of a Parquet file. */
	readonly parquetTimeoutMs: number;
}

/** Yields the pieces of one file. Never throws for what is in the file: damage is the last piece. */
export type FileReader = (path: string, options: ReadOptions) => AsyncGenerator<Piece>;

/** Bytes of a damaged file that travel with its failure. */
const MAX_FAULT_BYTES = 1_024;

export function faultPiece(
	index: number,
	error: unknown,
	bytes: Uint8Array = new Uint8Array(),
	fallback: ParseCode = 'PARSE_005_TRUNCATED',
): Piece {
	const fault =
		error instanceof SourceFault
			? { code: error.code, location: error.location, expected: error.expected }
			: { code: fallback, location: String(index), expected: 'a readable file' };
	return { bytes: bytes.subarray(0, MAX_FAULT_BYTES), index, fault };
}
