import type { StoreDatabase } from '../connection/store-database.ts';

/** A table as it lies on disk. */
export interface TableSize {
	readonly table: string;
	readonly rows: number;
	/** Compressed, with indexes. */
	readonly bytes: number;
	/** Days that rows are kept; absent: for ever. */
	readonly retentionDays?: number;
	/** Column of the instant that rows are of; absent for the few tables that are not split by time. */
	readonly timeColumn?: string;
	/** Rows say of which tenant and module they are. */
	readonly hasModules: boolean;
}

interface SizeRow {
	readonly table: string;
	readonly rows: string;
	readonly bytes: string;
	readonly days: string;
	readonly time_column: string;
	readonly modules: string;
}

const MAX_TABLES = 1_000;
const LOCAL = /_local$/;

/** All tables of the store that hold rows of their own, by name. On a cluster, of one replica of every shard together. */
export async function tableSizes(database: StoreDatabase): Promise<readonly TableSize[]> {
	const parts = database.cluster === undefined ? 'system.parts' : `cluster('${database.cluster}', system.parts)`;
	const rows = await database.query<SizeRow>(
		`SELECT name AS table, sizes.rows AS rows, sizes.bytes AS bytes, extract(create_table_query, 'toIntervalDay\\\\((\\\\d+)\\\\)') AS days,
			extract(partition_key, '\\\\((\\\\w+)\\\\)') AS time_column, columns.modules AS modules
		FROM system.tables AS tables
		LEFT JOIN (
			SELECT table, sum(rows) AS rows, sum(bytes_on_disk) AS bytes FROM ${parts}
			WHERE active AND database = {database:String} GROUP BY table
		) AS sizes ON tables.name = sizes.table
		LEFT JOIN (
			SELECT table, countIf(name IN ('tenant_id', 'module')) AS modules FROM system.columns
			WHERE database = {database:String} GROUP BY table
		) AS columns ON tables.name = columns.table
		WHERE database = {database:String} AND engine LIKE '%MergeTree' ORDER BY name LIMIT ${MAX_TABLES}`,
		{ database: database.name },
	);
	return rows.map(({ table, rows: count, bytes, days, time_column, modules }) => ({
		table: table.replace(LOCAL, ''),
		rows: Number(count),
		bytes: Number(bytes),
		...(days === '' ? {} : { retentionDays: Number(days) }),
		...(time_column === '' ? {} : { timeColumn: time_column }),
		hasModules: modules === '2',
	}));
}
