/** Where tables are: one node, or a cluster. Statements are rendered for either from the same definitions. */
export interface Layout {
	readonly database: string;
	readonly cluster?: string;
}

export interface TableDefinition {
	readonly name: string;
	/** Name -> type, codec and default, as in SQL. */
	readonly columns: Readonly<Record<string, string>>;
	/** Name -> expression, type and granularity. */
	readonly indexes?: Readonly<Record<string, string>>;
	/** @default 'MergeTree' */
	readonly engine?: string;
	readonly order: string;
	readonly partition?: string;
	/** Decides the shard of a row. */
	readonly shardBy: string;
	readonly settings?: Readonly<Record<string, number | string>>;
}

/** Rows that are added to one table are read from there and added to another. */
export interface ViewDefinition {
	readonly name: string;
	readonly to: string;
	readonly from: string;
	/** Select list and what follows the table: `FROM` stands between them. */
	readonly select: string;
	readonly rest?: string;
}

/** Inserts of the same rows are recognised by their token within so many inserts. */
const DEDUPLICATION_WINDOW = 10_000;

/** For tables that are written all the time: rows are merged less often, which takes a fifth off what an event costs. */
export const MERGE_BASE = 20;

/**
 * A day or month that nothing was added to for a day becomes one part: what asks for an id, or for months, looks into every part. It is written
 * once more for that.
 */
const WHOLE_AFTER_SECONDS = 86_400;

/** Suffix of the tables that hold the rows of one node of a cluster. */
const LOCAL = '_local';

export const onCluster = ({ cluster }: Layout) => (cluster === undefined ? '' : ` ON CLUSTER '${cluster}'`);

/** The table in which the rows are: on a cluster, those of the node. */
export function storedTable({ database, cluster }: Layout, name: string): string {
	return `${database}.${name}${cluster === undefined ? '' : LOCAL}`;
}

export function createDatabase(layout: Layout): string {
	return `CREATE DATABASE IF NOT EXISTS ${layout.database}${onCluster(layout)} ENGINE = Atomic`;
}

export function createTable(layout: Layout, table: TableDefinition): readonly string[] {
	const stored = storedTable(layout, table.name);
	const statement = [
		`CREATE TABLE IF NOT EXISTS ${stored}${onCluster(layout)} (`,
		[
			...Object.entries(table.columns).map(([name, type]) => `\t\`${name}\` ${type}`),
			...Object.entries(table.indexes ?? {}).map(([name, index]) => `\tINDEX ${name} ${index}`),
		].join(',\n'),
		`) ENGINE = ${engineOf(layout, table)}`,
		...(table.partition === undefined ? [] : [`PARTITION BY ${table.partition}`]),
		`ORDER BY ${table.order}`,
		`SETTINGS ${settingsOf(layout, table)}`,
	].join('\n');
	if (layout.cluster === undefined) return [statement];
	const { database, cluster } = layout;
	return [
		statement,
		`CREATE TABLE IF NOT EXISTS ${database}.${table.name}${onCluster(layout)} AS ${stored}\n` +
			`ENGINE = Distributed('${cluster}', '${database}', '${table.name}${LOCAL}', ${table.shardBy})`,
	];
}

/** On a cluster a view reads what its own node got and writes through the cluster, so that each copy lands on the shard of its own key. */
export function createView(layout: Layout, { name, to, from, select, rest = '' }: ViewDefinition): readonly string[] {
	return [
		`CREATE MATERIALIZED VIEW IF NOT EXISTS ${layout.database}.${name}${onCluster(layout)} TO ${layout.database}.${to}\n` +
			`AS SELECT ${select}\nFROM ${storedTable(layout, from)}${rest === '' ? '' : `\n${rest}`}`,
	];
}

/** Rows older than the days are taken away, whole parts at a time; 0: never. */
export function setRetention(layout: Layout, name: string, timeColumn: string, days: number): string {
	const table = `${storedTable(layout, name)}${onCluster(layout)}`;
	return days === 0
		? `ALTER TABLE ${table} REMOVE TTL`
		: `ALTER TABLE ${table} MODIFY TTL toDateTime(${timeColumn}) + toIntervalDay(${days})`;
}

function engineOf({ cluster }: Layout, { engine = 'MergeTree' }: TableDefinition): string {
	const [, kind = engine, parameters = ''] = /^(\w+)(?:\((.*)\))?$/s.exec(engine) ?? [];
	if (cluster === undefined) return `${kind}(${parameters})`;
	const place = "'/clickhouse/tables/{shard}/{database}/{table}', '{replica}'";
	return `Replicated${kind}(${parameters === '' ? place : `${place}, ${parameters}`})`;
}

function settingsOf({ cluster }: Layout, { settings = {} }: TableDefinition): string {
	const window = cluster === undefined ? 'non_replicated_deduplication_window' : 'replicated_deduplication_window';
	const all = {
		index_granularity: 8_192,
		ttl_only_drop_parts: 1,
		min_age_to_force_merge_seconds: WHOLE_AFTER_SECONDS,
		min_age_to_force_merge_on_partition_only: 1,
		[window]: DEDUPLICATION_WINDOW,
		...settings,
	};
	return Object.entries(all)
		.map(([name, value]) => `${name} = ${value}`)
		.join(', ');
}
