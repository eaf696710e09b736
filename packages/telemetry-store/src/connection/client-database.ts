import type { ClickHouseClient } from '@clickhouse/client';
import { Slots } from './slots.ts';
import {
	type Administration,
	QUERY_TIMEOUT_MS,
	type QueryOptions,
	type QueryParameters,
	type StoreDatabase,
} from './store-database.ts';
import { StoreError, storeErrorOf } from './store-error.ts';

export interface ClientDatabaseOptions {
	readonly kind: StoreDatabase['kind'];
	readonly name: string;
	readonly cluster?: string | undefined;
	/** Each answers one query at a time. */
	readonly readers: readonly ClickHouseClient[];
	/** Answers what storing waits for, and nobody else. */
	readonly storingReader: ClickHouseClient;
	/** A query that nobody waits for any more is given up; without this a reader is busy until it has ended. @default false */
	readonly stopsWhenAborted?: boolean;
	readonly insert: StoreDatabase['insert'];
	readonly administrator: () => Promise<ClickHouseClient>;
	readonly onClose: () => Promise<void>;
}

/** What both kinds of database have in common. */
export class ClientDatabase implements StoreDatabase {
	readonly kind: StoreDatabase['kind'];
	readonly name: string;
	readonly cluster?: string;
	readonly #options: ClientDatabaseOptions;
	readonly #readers: Slots<ClickHouseClient>;
	readonly #storingReaders: Slots<ClickHouseClient>;
	readonly #writes = new Slots([undefined]);
	#closing: Promise<void> | undefined;

	constructor(options: ClientDatabaseOptions) {
		this.kind = options.kind;
		this.name = options.name;
		if (options.cluster !== undefined) this.cluster = options.cluster;
		this.#options = options;
		this.#readers = new Slots(options.readers);
		this.#storingReaders = new Slots([options.storingReader]);
	}

	async query<Row>(sql: string, parameters?: QueryParameters, options?: QueryOptions): Promise<readonly Row[]> {
		const until = AbortSignal.timeout(options?.timeoutMs ?? QUERY_TIMEOUT_MS);
		const abort = this.#options.stopsWhenAborted === true ? until : undefined;
		const readers = options?.isForStoring === true ? this.#storingReaders : this.#readers;
		const answer = readers.use(until, (client) => rowsOf<Row>(client, sql, parameters, abort));
		return await beforeAbort(answer, until);
	}

	async insert(table: string, rows: Uint8Array, token: string, columns?: readonly string[]): Promise<void> {
		if (rows.length === 0) return;
		const { signal } = new AbortController();
		await this.#writes.use(signal, async () => {
			try {
				await this.#options.insert(table, rows, token, columns);
			} catch (error) {
				throw storeErrorOf(error);
			}
		});
	}

	async administer<Result>(work: (administration: Administration) => Promise<Result>): Promise<Result> {
		if (this.#closing !== undefined) throw new StoreError('STORE_CLOSED', 'The store was closed.');
		const client = await this.#options.administrator();
		try {
			return await work({
				execute: (statement, parameters) => execute(client, statement, parameters),
				query: (sql, parameters) => rowsOf(client, sql, parameters),
			});
		} finally {
			await client.close().catch(() => {});
		}
	}

	async ping(): Promise<boolean> {
		try {
			const rows = await this.query('SELECT 1 AS one', {}, { timeoutMs: 5_000 });
			return rows.length === 1;
		} catch {
			return false;
		}
	}

	close(): Promise<void> {
		this.#closing ??= this.#close();
		return this.#closing;
	}

	async #close(): Promise<void> {
		await this.#writes.close();
		const readers = await Promise.all([this.#readers.close(), this.#storingReaders.close()]);
		await Promise.all(readers.flat().map((client) => client.close().catch(() => {})));
		await this.#options.onClose();
	}
}

async function rowsOf<Row>(
	client: ClickHouseClient,
	query: string,
	parameters: QueryParameters = {},
	abort?: AbortSignal,
): Promise<readonly Row[]> {
	try {
		const result = await client.query({
			query,
			query_params: { ...parameters },
			format: 'JSONEachRow',
			...(abort === undefined ? {} : { abort_signal: abort }),
		});
		// The signal ends at the first byte of the answer.
		const stop = () => result.close();
		abort?.addEventListener('abort', stop, { once: true });
		try {
			return rowsIn<Row>(await result.text());
		} finally {
			abort?.removeEventListener('abort', stop);
		}
	} catch (error) {
		throw storeErrorOf(error);
	}
}

/**
 * The client's own reader takes an answer that ends within a row, or holds none, for one with fewer rows. Line feeds stand between rows only:
 * in them they are escaped.
 */
function rowsIn<Row>(text: string): readonly Row[] {
	const wrong = /^Code: \d+\. DB::Exception:.*/m.exec(text);
	if (wrong !== null) throw new Error(wrong[0]);
	if (text !== '' && !text.endsWith('\n')) throw new Error('The answer ends within a row.');
	return JSON.parse(`[${text.trimEnd().replaceAll('\n', ',')}]`) as Row[];
}

async function execute(client: ClickHouseClient, query: string, parameters: QueryParameters = {}): Promise<void> {
	try {
		await client.command({ query, query_params: { ...parameters } });
	} catch (error) {
		throw storeErrorOf(error);
	}
}

/** An answer that comes too late is dropped: the engine stops by its own limit. */
async function beforeAbort<Answer>(answer: Promise<Answer>, until: AbortSignal): Promise<Answer> {
	const { promise, reject } = Promise.withResolvers<never>();
	const giveUp = () => reject(new StoreError('QUERY_TIMEOUT', 'The query took too long.'));
	until.addEventListener('abort', giveUp, { once: true });
	try {
		return await Promise.race([answer, promise]);
	} finally {
		until.removeEventListener('abort', giveUp);
		answer.catch(() => {});
	}
}
