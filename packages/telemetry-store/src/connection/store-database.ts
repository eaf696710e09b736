/** Values for the `{name:Type}` places of a query: they never become part of its text. */
export type QueryParameters = Readonly<Record<string, unknown>>;

export interface QueryOptions {
	/** Milliseconds until `QUERY_TIMEOUT`; longer than the default is of no use, the engine stops by then. @default 30,000 */
	readonly timeoutMs?: number;
	/** Whether storing waits for the answer: it has a connection on which no reader is in front of it. @default false */
	readonly isForStoring?: boolean;
}

/** Runs statements that change tables. */
export interface Administration {
	execute(statement: string, parameters?: QueryParameters): Promise<void>;
	query<Row>(sql: string, parameters?: QueryParameters): Promise<readonly Row[]>;
}

/**
 * A ClickHouse database, embedded or a server: all that the rest of the store knows of either. 64-bit integers come as decimal text, instants
 * as `YYYY-MM-DD hh:mm:ss.ffffff`. Every method throws `StoreError`.
 */
export interface StoreDatabase {
	readonly kind: 'embedded' | 'server';
	/** Name of the database that holds the tables: queries need not name it. */
	readonly name: string;
	/** Name of the cluster that the tables are spread over; absent on one node. */
	readonly cluster?: string;
	/** Rows of a query that cannot change anything. All are held in memory: name a limit. */
	query<Row>(sql: string, parameters?: QueryParameters, options?: QueryOptions): Promise<readonly Row[]>;
	/**
	 * Adds rows, all or none of them.
	 *
	 * @param rows JSON, one row a line: objects, or arrays of the values of `columns`; not changed until the promise settles
	 * @param token names these rows: inserting them again with the same token does nothing
	 * @param columns what each row has, in this order: without their names rows are read and made in less time
	 */
	insert(table: string, rows: Uint8Array, token: string, columns?: readonly string[]): Promise<void>;
	/** Lends a connection that may change tables. */
	administer<Result>(work: (administration: Administration) => Promise<Result>): Promise<Result>;
	/** Whether it answers. */
	ping(): Promise<boolean>;
	/** Waits for what runs, then lets go of the data. May be called twice. */
	close(): Promise<void>;
}

/** Longest a query may take when nobody says otherwise. */
export const QUERY_TIMEOUT_MS = 30_000;
