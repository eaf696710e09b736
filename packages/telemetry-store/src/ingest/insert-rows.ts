import type { StoreDatabase } from '../connection/store-database.ts';
import { type StoreError, storeErrorOf } from '../connection/store-error.ts';

/** Rows of a table on their way to the store. */
export interface RowBatch {
	readonly table: string;
	/** JSON, one row a line: objects, or arrays of the values of `columns`. */
	readonly rows: Uint8Array;
	readonly token: string;
	readonly columns?: readonly string[] | undefined;
}

export interface InsertRowsOptions {
	readonly database: Pick<StoreDatabase, 'insert'>;
	readonly onInsertError: (error: StoreError) => void;
	/** A row that the store will never take. */
	readonly onRefused: (table: string, row: string) => Promise<void>;
}

/** Numbers of the engine's errors that say that it cannot read a row. */
const ROW_ERRORS = new Set([6, 26, 27, 38, 41, 53, 69, 72, 117, 131, 190, 321, 407, 441, 467, 547, 676]);
/** It has two meanings: rows of more than 100 partitions, or merges that are late. */
const TOO_MANY_PARTS = 252;
const END_OF_LINE = 10;

/**
 * Inserts rows. Those that the engine cannot read are found by halves and put aside, so that one of them does not hold up all others, and rows of
 * more days or months than one insert may have are spread over several.
 *
 * @throws StoreError when it is not about the rows: the same may work later
 */
export async function insertRows(batch: RowBatch, options: InsertRowsOptions): Promise<void> {
	const { table, rows, token, columns } = batch;
	const { database, onInsertError, onRefused } = options;
	try {
		await database.insert(table, rows, token, columns);
	} catch (cause) {
		const error = storeErrorOf(cause);
		onInsertError(error);
		if (!isAboutRows(error)) throw error;
		const middle = middleOf(rows);
		if (middle === undefined) return await onRefused(table, Buffer.from(rows).toString().trimEnd());
		await insertRows({ ...batch, rows: rows.subarray(0, middle), token: `${token}0` }, options);
		await insertRows({ ...batch, rows: rows.subarray(middle), token: `${token}1` }, options);
	}
}

function isAboutRows({ code, cause }: StoreError): boolean {
	if (code !== 'QUERY_FAILED') return false;
	const { clickhouseCode, code: errorCode, message } = (cause ?? {}) as Readonly<Record<string, unknown>>;
	const number = Number(clickhouseCode ?? errorCode);
	return ROW_ERRORS.has(number) || (number === TOO_MANY_PARTS && /partitions/i.test(String(message)));
}

/** Where the second half begins; undefined when there is one row. */
function middleOf(rows: Uint8Array): number | undefined {
	const bytes = Buffer.from(rows.buffer, rows.byteOffset, rows.length);
	const middle = bytes.length >> 1;
	const before = bytes.lastIndexOf(END_OF_LINE, middle);
	const line = before >= 0 ? before : bytes.indexOf(END_OF_LINE, middle);
	return line < 0 || line >= bytes.length - 1 ? undefined : line + 1;
}
