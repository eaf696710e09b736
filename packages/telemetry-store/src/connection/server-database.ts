import { Readable } from 'node:stream';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { ClientDatabase } from './client-database.ts';
import type { ServerTarget } from './open-database.ts';
import { QUERY_TIMEOUT_MS, type StoreDatabase } from './store-database.ts';
import { storeErrorOf } from './store-error.ts';

const DEFAULT_CONNECTIONS = 4;
/** Above the engine's own limit, so that its answer comes first. */
const REQUEST_TIMEOUT_MS = QUERY_TIMEOUT_MS + 5_000;
/** Changing what there is may take its time. */
const ADMINISTRATION_TIMEOUT_MS = 3_600_000;

/** An insert is over when the rows are on their shards, and the same replica is asked for them afterwards. */
const CLUSTER_SETTINGS = { distributed_foreground_insert: 1, load_balancing: 'in_order' };

/** @param name of the database on the server */
export async function openServer(target: ServerTarget, name: string): Promise<StoreDatabase> {
	const connections = target.connections ?? DEFAULT_CONNECTIONS;
	const cluster = target.cluster === undefined ? {} : CLUSTER_SETTINGS;
	const connect = (
		settings: Readonly<Record<string, string | number>>,
		database?: string,
		timeoutMs = REQUEST_TIMEOUT_MS,
	): ClickHouseClient =>
		createClient({
			url: target.url,
			...(database === undefined ? {} : { database }),
			...(target.username === undefined ? {} : { username: target.username }),
			...(target.password === undefined ? {} : { password: target.password }),
			application: 'pipeline-telemetry',
			// What goes wrong is thrown: nothing is printed beside it.
			log: { level: ClickHouseLogLevel.OFF },
			request_timeout: timeoutMs,
			max_open_connections: connections,
			// Long lists of ids would make an address that is too long for servers and what stands before them.
			use_multipart_params_auto: true,
			// With the whole answer at the end, what goes wrong half-way is an error, and no answer that is cut off.
			clickhouse_settings: {
				output_format_json_quote_64bit_integers: 1,
				wait_end_of_query: 1,
				...cluster,
				...settings,
			},
		});
	const readOnly = { readonly: '2', max_execution_time: QUERY_TIMEOUT_MS / 1_000 };
	const reader = connect(readOnly, name);
	const storingReader = connect(readOnly, name);
	const writer = connect({ date_time_input_format: 'best_effort' }, name);
	await pinged(reader, [reader, storingReader, writer]);
	return new ClientDatabase({
		kind: 'server',
		name,
		cluster: target.cluster,
		// One client with connections of its own, lent as often as it has them.
		readers: Array.from({ length: connections }, () => reader),
		storingReader,
		stopsWhenAborted: true,
		insert: async (table, rows, token, columns) => {
			const format = columns === undefined ? 'FORMAT JSONEachRow' : `(${columns.join(', ')}) FORMAT JSONCompactEachRow`;
			// The client's insert takes no bytes for this format.
			const { stream } = await writer.exec({
				query: `INSERT INTO ${table} ${format}`,
				values: Readable.from([rows], { objectMode: false }),
				clickhouse_settings: { insert_deduplication_token: token },
			});
			await stream.toArray();
		},
		// Without a database: the first migration makes it.
		administrator: async () => connect({ mutations_sync: '2' }, undefined, ADMINISTRATION_TIMEOUT_MS),
		onClose: () => writer.close(),
	});
}

/** With a query: the server answers a mere ping of anybody. It names no database, which the first migration makes. */
async function pinged(reader: ClickHouseClient, all: readonly ClickHouseClient[]): Promise<void> {
	const answer = await reader.ping({ select: true });
	if (answer.success) return;
	await Promise.all(all.map((client) => client.close().catch(() => {})));
	throw storeErrorOf(answer.error);
}
