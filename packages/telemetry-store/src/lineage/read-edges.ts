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
	/** Most edges; the newest are given. */
	readonly limit: number;
}

/** Edges that begin or end at one of the ids. One that was stored twice comes once. */
export async function readEdges(
	database: StoreDatabase,
	scope: TenantScope,
	{ column, ids, timeRange, limit }: EdgeQuery,
): Promise<readonly EdgeRow[]> {
	const time = timeCondition(timeRange, 'edges.timestamp');
	const sql =
		`SELECT ${EDGE_FIELDS} FROM ${TABLES[column]} AS edges` +
		` WHERE ${scope.condition()} AND ${column} IN {ids:Array(String)} AND ${time.sql}` +
		' ORDER BY edges.timestamp DESC, step_id, parent_id, child_id' +
		' LIMIT 1 BY tenant_id, step_id, parent_id, child_id LIMIT {limit:UInt32}';
	const rows: EdgeRow[] = [];
	for (let at = 0; at < ids.length && rows.length < limit; at += IDS_PER_QUERY) {
		const chunk = ids.slice(at, at + IDS_PER_QUERY);
		const parameters = { ...scope.parameters, ...time.parameters, ids: chunk, limit: limit - rows.length };
		rows.push(...(await database.query<EdgeRow>(sql, parameters)));
	}
	return rows;
}
