import type { StoreDatabase } from '../../src/connection/store-database.ts';
import { StoreError } from '../../src/connection/store-error.ts';

/** A database whose inserts can be made to fail, as when a server is away. */
export interface FailingDatabase extends StoreDatabase {
	/** No insert arrives while it is set. */
	isAway: boolean;
	/** Table and rows of every insert that arrived, in order. */
	readonly inserted: (readonly [table: string, rows: number])[];
}

export function failingDatabase(database: StoreDatabase): FailingDatabase {
	const failing: FailingDatabase = {
		kind: database.kind,
		name: database.name,
		isAway: false,
		inserted: [],
		query: (...parameters) => database.query(...parameters),
		administer: (work) => database.administer(work),
		ping: () => database.ping(),
		close: () => database.close(),
		insert: async (table, rows, token, columns) => {
			if (failing.isAway) throw new StoreError('STORE_UNAVAILABLE', 'The store cannot be reached.');
			await database.insert(table, rows, token, columns);
			failing.inserted.push([table, Buffer.from(rows).toString().trimEnd().split('\n').length]);
		},
	};
	return failing;
}
