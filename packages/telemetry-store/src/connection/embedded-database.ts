import { mkdir } from 'node:fs/promises';
import { type ClickHouseClient, type ClickHouseClientConfigOptions, createClient } from '@clickhouse/client';
import { ClientDatabase } from './client-database.ts';
import type { EmbeddedTarget } from './open-database.ts';
import { QUERY_TIMEOUT_MS, type StoreDatabase } from './store-database.ts';
import { StoreError, storeErrorOf } from './store-error.ts';

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
	await mkdir(target.path, { recursive: true, mode: 0o700 });
	const connect = () => engine.createChdbConnection({ path: target.path });
	const administrator = async () => await prepared(clientOf(connect()), name, []);
	try {
		// The engine opens its folder with the first query: a folder that is taken shows here.
		const first = clientOf(connect());
		await first.command({ query: `CREATE DATABASE IF NOT EXISTS ${name} ENGINE = Atomic` });
		const connection = connect();
		const writer = await prepared(clientOf(connection), name, ['SET allow_ddl = 0']);
		const readers = await Promise.all(
			Array.from({ length: target.connections ?? DEFAULT_CONNECTIONS }, () =>
				prepared(clientOf(connect()), name, ['SET readonly = 1']),
			),
		);
		return new ClientDatabase({
			kind: 'embedded',
			name,
			readers,
			administrator,
			insert: async (table, rows, token) => {
				await connection.chdb.rawInsert({
					table: `${name}.${table}`,
					format: 'JSONEachRow',
					values: rows,
					settings: { insert_deduplication_token: token },
				});
			},
			onClose: async () => {
				await Promise.all([writer.close(), first.close()]);
				// A folder is free for others when the engine is done with it, which closing does not wait for.
				const { drainPending } = await import('chdb');
				await drainPending();
			},
		});
	} catch (error) {
		throw storeErrorOf(error);
	}
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
