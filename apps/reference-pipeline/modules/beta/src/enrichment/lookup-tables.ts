import type { Fields } from '@pipeline/model';

/** A table in memory that answers at once. */
export interface LookupTable {
	/** The row of a key, or `undefined`. */
	row(key: string): Fields | undefined;
}

/** Tables that lookup rules may name. */
export type LookupTables = ReadonlyMap<string, LookupTable>;
