import type { StoreDatabase } from '../connection/store-database.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import { EDGE_FIELDS, type EdgeRow } from './edge-row.ts';
import type { LineageTimeRange } from './lineage-request.ts';
import { timeCondition } from './time-condition.ts';

/** Ids of one query: more go into the next. */
export const IDS_PER_QUERY = 1_000;

/** The copy of the edges that finds them by this column at once. */
const TABLES = { parent_id: 'lineage_edges', child_id: 'lineage_by_child', lineage_id: 'lineage_by_lineage' } as const;

export interface EdgeQuery {
	/** What the ids are. */
	readonly column: keyof typeof TABLES;
	readonly ids: readonly string[];
	readonly timeRange: LineageTimeRange | undefined;
	/** Most edges; where there are more, the newest of the ids that come last are given. */
	readonly limit: number;
}

/** What makes a step the same step. */
export type EdgeKey = Pick<EdgeRow, 'tenant_id' | 'step_id' | 'parent_id' | 'child_id'>;

const KEY_FIELDS = 'tenant_id, parent_id, child_id, toString(step_id) AS step_id';

/** Edges that begin or end at one of the ids. One that was stored twice comes once. */
export function readEdges(database: StoreDatabase, scope: TenantScope, query: EdgeQuery): Promise<readonly EdgeRow[]> {
	return readFields<EdgeRow>(database, scope, EDGE_FIELDS, query);
}

/** The same edges, and no more of them than tells them apart: in half the time. */
export function readEdgeKeys(
	database: StoreDatabase,
	scope: TenantScope,
	query: EdgeQuery,
): Promise<readonly EdgeKey[]> {
	return readFields<EdgeKey>(database, scope, KEY_FIELDS, query);
}

async function readFields<Row extends EdgeKey>(
	database: StoreDatabase,
	scope: TenantScope,
	fields: string,
	{ ids, limit, ...query }: EdgeQuery,
): Promise<readonly Row[]> {
	const rows: Row[] = [];
	for (let at = 0; at < ids.length && rows.length < limit; at += IDS_PER_QUERY) {
		const chunk = { ...query, ids: ids.slice(at, at + IDS_PER_QUERY), limit: limit - rows.length };
		rows.push(...(await readChunk<Row>(database, scope, fields, chunk)));
	}
	return rows;
}

/**
 * Where they are fewer than the limit, their order does not matter, and without one the engine reads of most parts nothing but the ids. Else it
 * goes by the order of the table and stops at the limit: a source can have millions of edges, and sorting them took ten times as long.
 * Repetitions are left out here for the same reason; where they leave too few, more is read.
 */
async function readChunk<Row extends EdgeKey>(
	database: StoreDatabase,
	scope: TenantScope,
	fields: string,
	{ column, ids, timeRange, limit }: EdgeQuery,
): Promise<readonly Row[]> {
	const time = timeCondition(timeRange, 'edges.timestamp');
	const read = async (order: string, most: number) => {
		const rows = await database.query<Row>(
			`SELECT ${fields} FROM ${TABLES[column]} AS edges` +
				` WHERE ${scope.condition()} AND ${column} IN {ids:Array(String)} AND ${time.sql}${order} LIMIT {limit:UInt32}`,
			{ ...scope.parameters, ...time.parameters, ids, limit: most },
		);
		const edges = [...new Map(rows.map((row) => [edgeKey(row), row])).values()];
		return { edges, isAll: rows.length < most };
	};
	// An edge of each id would meet the limit.
	if (limit > ids.length) {
		const { edges, isAll } = await read('', limit);
		if (isAll) return edges;
	}
	for (let most = limit; ; most *= 2) {
		const { edges, isAll } = await read(` ORDER BY tenant_id DESC, ${column} DESC, edges.timestamp DESC`, most);
		if (isAll || edges.length >= limit) return edges.slice(0, limit);
	}
}

/** An `EdgeKey` as one text. */
export function edgeKey({ tenant_id, step_id, parent_id, child_id }: EdgeKey): string {
	return `${tenant_id} ${step_id} ${parent_id} ${child_id}`;
}
