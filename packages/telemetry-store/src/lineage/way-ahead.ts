import type { StoreDatabase } from '../connection/store-database.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import { EDGE_FIELDS, type EdgeRow } from './edge-row.ts';
import { isHub } from './lineage-node.ts';
import type { LineageTimeRange } from './lineage-request.ts';
import { timeCondition } from './time-condition.ts';

/** More starts have so many edges a hop that a query a hop is little. */
const MAX_STARTS = 100;
/** Edges of the starts whose lineages are read. */
const MAX_LINEAGES = 100;
const MAX_EDGES = 10_000;

/**
 * Edges that share a lineage with the starts: where a walk from there is likely to come by. They stand side by side, so all of them are read in
 * the time of one. Not every edge on the way is one of them: a record may have two lineages, or none.
 */
export async function wayAhead(
	database: StoreDatabase,
	scope: TenantScope,
	starts: readonly string[],
	timeRange: LineageTimeRange | undefined,
): Promise<readonly EdgeRow[]> {
	const ids = starts.filter((id) => !isHub(id));
	if (ids.length === 0 || ids.length > MAX_STARTS) return [];
	const time = timeCondition(timeRange, 'edges.timestamp');
	const lineages = (table: string, column: string) =>
		`(SELECT lineage_id FROM ${table} WHERE ${scope.condition()} AND ${column} IN {ids:Array(String)}` +
		` AND lineage_id != '' LIMIT ${MAX_LINEAGES})`;
	// On a cluster the inner query runs once, not on every node; on one node that costs half as much again.
	const isIn = database.cluster === undefined ? 'IN' : 'GLOBAL IN';
	return await database.query<EdgeRow>(
		`SELECT ${EDGE_FIELDS} FROM lineage_by_lineage AS edges WHERE ${scope.condition()} AND lineage_id ${isIn}` +
			` (${lineages('lineage_edges', 'parent_id')} UNION ALL ${lineages('lineage_by_child', 'child_id')})` +
			` AND ${time.sql} LIMIT ${MAX_EDGES}`,
		{ ...scope.parameters, ...time.parameters, ids },
	);
}
