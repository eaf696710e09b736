import type { StoreDatabase } from '../connection/store-database.ts';
import { StoreError } from '../connection/store-error.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import { bytesAfter, daysUntil } from './forecast.ts';
import { type StorageCost, storageCosts } from './storage-cost.ts';
import { type TableSize, tableSizes } from './table-sizes.ts';

export interface TableGrowth {
	readonly table: string;
	readonly rows: number;
	/** Compressed, with indexes. */
	readonly bytes: number;
	readonly bytesPerRow: number;
	/** Rows of the last days, by their own time; 0 for tables that are not split by time. */
	readonly rowsPerDay: number;
	readonly bytesPerDay: number;
	/** Days that rows are kept; absent: for ever. */
	readonly retentionDays?: number;
}

export interface StoreGrowth {
	readonly measuredAt: string;
	/** By size. */
	readonly tables: readonly TableGrowth[];
	readonly bytes: number;
	readonly bytesPerDay: number;
	/** If all goes on as in the last days. */
	readonly forecast: {
		readonly capacityBytes: number;
		/** Days until it is full; absent when that is more than ten years off. */
		readonly daysLeft?: number;
		/** After 30 days, and after a year. */
		readonly bytesIn30Days: number;
		readonly bytesIn365Days: number;
	};
	readonly costs: readonly StorageCost[];
}

export interface GrowthOptions {
	/** What the store may weigh. @default what its tables weigh now and what is free on its disk */
	readonly capacityBytes?: number;
	/** Days whose rows tell how fast it grows, 1 to 90. @default 7 */
	readonly days?: number;
	/** @default the clock */
	readonly now?: Date;
}

const MAX_DAYS = 90;
const DEFAULT_DAYS = 7;
const SECONDS_PER_DAY = 86_400;
/** A store that is younger than this is measured as if it were that old: a minute's rows say little of a day. */
const SHORTEST_DAYS = 1 / 24;

/**
 * What the store weighs, how fast it grows, when it is full, and whose rows they are.
 *
 * @throws StoreError `ACCESS_DENIED` without an operator scope: sizes are of all tenants
 */
export async function storeGrowth(
	database: StoreDatabase,
	scope: TenantScope,
	{ capacityBytes, days = DEFAULT_DAYS, now = new Date() }: GrowthOptions = {},
): Promise<StoreGrowth> {
	if (scope.tenants !== undefined) {
		throw new StoreError('ACCESS_DENIED', 'What the store weighs is of all tenants: it needs an operator scope.');
	}
	if (!(days >= 1 && days <= MAX_DAYS)) throw new StoreError('QUERY_INVALID', `Growth is over 1 to ${MAX_DAYS} days.`);
	if (capacityBytes !== undefined && !(capacityBytes > 0)) {
		throw new StoreError('QUERY_INVALID', 'A capacity is a number of bytes above 0.');
	}
	const sizes = await tableSizes(database);
	const tables: TableGrowth[] = [];
	for (const size of sizes) tables.push(growthOf(size, await rowsPerDay(database, size, now, days)));
	const bytes = sumOf(tables, (table) => table.bytes);
	const capacity = capacityBytes ?? bytes + (await freeBytes(database));
	const daysLeft = daysUntil(capacity, tables);
	return {
		measuredAt: now.toISOString(),
		tables: tables.toSorted((one, other) => other.bytes - one.bytes),
		bytes,
		bytesPerDay: sumOf(tables, (table) => table.bytesPerDay),
		forecast: {
			capacityBytes: capacity,
			...(daysLeft === undefined ? {} : { daysLeft }),
			bytesIn30Days: sumOf(tables, (table) => bytesAfter(table, 30)),
			bytesIn365Days: sumOf(tables, (table) => bytesAfter(table, 365)),
		},
		costs: await storageCosts(database, sizes),
	};
}

function growthOf({ table, rows, bytes, retentionDays }: TableSize, perDay: number): TableGrowth {
	const bytesPerRow = rows === 0 ? 0 : bytes / rows;
	return {
		table,
		rows,
		bytes,
		bytesPerRow,
		rowsPerDay: perDay,
		bytesPerDay: perDay * bytesPerRow,
		...(retentionDays === undefined ? {} : { retentionDays }),
	};
}

/** Of a store that is younger than the days asked for, over the time since its first row. */
async function rowsPerDay(
	database: StoreDatabase,
	{ table, timeColumn, rows }: TableSize,
	now: Date,
	days: number,
): Promise<number> {
	if (timeColumn === undefined || rows === 0) return 0;
	const until = Math.floor(now.getTime() / 1_000);
	const from = until - Math.round(days * SECONDS_PER_DAY);
	const [found] = await database.query<{ recent: string; first: number }>(
		`SELECT countIf(${timeColumn} > toDateTime({from:UInt32}, 'UTC')) AS recent, toUnixTimestamp(min(${timeColumn})) AS first
		FROM ${table} WHERE ${timeColumn} <= toDateTime({until:UInt32}, 'UTC')`,
		{ from, until },
	);
	if (found === undefined || found.recent === '0') return 0;
	const age = (until - Math.max(from, found.first)) / SECONDS_PER_DAY;
	return Number(found.recent) / Math.max(SHORTEST_DAYS, age);
}

async function freeBytes(database: StoreDatabase): Promise<number> {
	const [disk] = await database.query<{ free: string }>('SELECT sum(free_space) AS free FROM system.disks');
	return Number(disk?.free ?? 0);
}

function sumOf<Item>(items: readonly Item[], bytesOf: (item: Item) => number): number {
	return items.reduce((sum, item) => sum + bytesOf(item), 0);
}
