import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClickHouseClient, type ClickHouseClientConfigOptions, createClient } from '@clickhouse/client';
import { ClientDatabase } from './client-database.ts';
import type { EmbeddedTarget } from './open-database.ts';
import { QUERY_TIMEOUT_MS, type StoreDatabase } from './store-database.ts';
import { LOCKED, StoreError, storeErrorOf } from './store-error.ts';

const DEFAULT_CONNECTIONS = 2;
/** Settings stay with a connection: here are those that all queries have. */
const SETTINGS = {
	output_format_json_quote_64bit_integers: 1,
	max_execution_time: QUERY_TIMEOUT_MS / 1_000,
	max_memory_usage: 4_000_000_000,
	date_time_input_format: "'best_effort'",
} as const;

type Engine = typeof import('chdb/connection');
type EngineConnection = ReturnType<Engine['createChdbConnection']>;

/** The engine's types are those of another release of the client; what they describe is the same. */
const clientOf = (connection: EngineConnection): ClickHouseClient =>
	createClient({
		connection: connection as unknown as NonNullable<ClickHouseClientConfigOptions['connection']>,
	});

/** @param name of the database inside the folder */
export async function openEmbedded(target: EmbeddedTarget, name: string): Promise<StoreDatabase> {
	const engine = await loadEngine();
	const clients: ClickHouseClient[] = [];
	const connected = (connection: EngineConnection): ClickHouseClient => {
		const client = clientOf(connection);
		clients.push(client);
		return client;
	};
	const connect = () => engine.createChdbConnection({ path: target.path });
	try {
		await mkdir(target.path, { recursive: true, mode: 0o700 });
		// The engine opens its folder with the first connection: a folder that is taken shows here.
		await connected(connect()).command({ query: `CREATE DATABASE IF NOT EXISTS ${name} ENGINE = Atomic` });
		const connection = connect();
		await prepared(connected(connection), name, ['SET allow_ddl = 0']);
		const reader = () => prepared(connected(connect()), name, ['SET readonly = 1']);
		const readers = await Promise.all(Array.from({ length: target.connections ?? DEFAULT_CONNECTIONS }, reader));
		return new ClientDatabase({
			kind: 'embedded',
			name,
			readers,
			storingReader: await reader(),
			// Changing what there is may take its time.
			administrator: async () => await prepared(clientOf(connect()), name, ['SET max_execution_time = 0']),
			insert: async (table, rows, token, columns) => {
				await connection.chdb.rawInsert({
					table: `${name}.${table}`,
					...(columns === undefined ? {} : { columns: [...columns] }),
					format: columns === undefined ? 'JSONEachRow' : 'JSONCompactEachRow',
					values: rows,
					// Several threads for one insert cost more than they gain: others want the processor, too.
					settings: { insert_deduplication_token: token, input_format_parallel_parsing: 0 },
				});
			},
			onClose: () => letGo(clients),
		});
	} catch (error) {
		const wrong = await openingError(error, target.path);
		await letGo(clients);
		throw wrong;
	}
}

/** A folder is free for others when the engine is done with it, which closing does not wait for. */
async function letGo(clients: readonly ClickHouseClient[]): Promise<void> {
	await Promise.all(clients.map((client) => client.close().catch(() => {})));
	const { drainPending } = await import('chdb');
	await drainPending();
}

async function prepared(
	client: ClickHouseClient,
	name: string,
	statements: readonly string[],
): Promise<ClickHouseClient> {
	await client.command({ query: `USE ${name}` });
	for (const [setting, value] of Object.entries(SETTINGS)) {
		await client.command({ query: `SET ${setting} = ${value}` });
	}
	for (const query of statements) await client.command({ query });
	return client;
}

/** The engine says why it cannot open a folder on the error output only. Its lock names the process that holds it. */
async function openingError(error: unknown, path: string): Promise<StoreError> {
	const known = storeErrorOf(error);
	if (known.code === 'STORE_LOCKED') return known;
	const lock = await readFile(join(path, 'status'), 'utf8').catch(() => '');
	const holder = Number(/^PID: (\d{1,10})$/m.exec(lock)?.[1] ?? 0);
	if (holder !== process.pid && isRunning(holder)) return new StoreError('STORE_LOCKED', LOCKED, { cause: error });
	return new StoreError('STORE_UNAVAILABLE', 'This data directory cannot be opened.', { cause: error });
}

function isRunning(pid: number): boolean {
	try {
		return pid > 0 && process.kill(pid, 0);
	} catch (error) {
		// It runs, and belongs to somebody else.
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

/** First loaded here, on whichever thread that is: the engine cannot be loaded in a worker first. */
async function loadEngine(): Promise<Engine> {
	try {
		return await import('chdb/connection');
	} catch (cause) {
		throw new StoreError(
			'ENGINE_MISSING',
			'The embedded engine is not installed: add the package chdb (Linux with glibc, macOS), or give the url of a ClickHouse server.',
			{ cause },
		);
	}
}
