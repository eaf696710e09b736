import { Readable } from 'node:stream';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { ClientDatabase } from './client-database.ts';
import type { ServerTarget } from './open-database.ts';
import { QUERY_TIMEOUT_MS, type StoreDatabase } from './store-database.ts';
import { storeErrorOf } from './store-error.ts';

const DEFAULT_CONNECTIONS = 4;
/** Above the engine's own limit, so that its answer comes first. */
const REQUEST_TIMEOUT_MS = QUERY_TIMEOUT_MS + 5_000;

/** @param name of the database on the server */
export async function openServer(target: ServerTarget, name: string): Promise<StoreDatabase> {
	const connections = target.connections ?? DEFAULT_CONNECTIONS;
	const connect = (settings: Readonly<Record<string, string | number>>, database?: string): ClickHouseClient =>
		createClient({
			url: target.url,
			...(database === undefined ? {} : { database }),
			...(target.username === undefined ? {} : { username: target.username }),
			...(target.password === undefined ? {} : { password: target.password }),
			application: 'pipeline-telemetry',
			// What goes wrong is thrown: nothing is printed beside it.
			log: { level: ClickHouseLogLevel.OFF },
			request_timeout: REQUEST_TIMEOUT_MS,
			max_open_connections: connections,
			clickhouse_settings: { output_format_json_quote_64bit_integers: 1, ...settings },
		});
	const reader = connect({ readonly: '2', max_execution_time: QUERY_TIMEOUT_MS / 1_000 }, name);
	const writer = connect({ date_time_input_format: 'best_effort' }, name);
	await pinged(reader);
	return new ClientDatabase({
		kind: 'server',
		name,
		cluster: target.cluster,
		// One client with connections of its own, lent as often as it has them.
		readers: Array.from({ length: connections }, () => reader),
		insert: async (table, rows, token) => {
			await writer.insert({
				table,
				format: 'JSONEachRow',
				values: Readable.from([rows], { objectMode: false }),
				clickhouse_settings: { insert_deduplication_token: token },
			});
		},
		// Without a database: the first migration makes it.
		administrator: async () => connect({ mutations_sync: '2' }),
		onClose: () => writer.close(),
	});
}

async function pinged(client: ClickHouseClient): Promise<void> {
	const answer = await client.ping();
	if (answer.success) return;
	await client.close().catch(() => {});
	throw storeErrorOf(answer.error);
}
