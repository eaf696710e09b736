import type { StoreDatabase } from '../connection/store-database.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import { isHub } from './lineage-node.ts';
import type { LineageTimeRange } from './lineage-request.ts';
import { timeCondition } from './time-condition.ts';

/** Ends of an edge. */
export interface Ends {
	readonly parent_id: string;
	readonly child_id: string;
}

/** More starts have so many edges a hop that a query a hop is little. */
const MAX_STARTS = 100;
/** Edges of the starts whose lineages are read. */
const MAX_LINEAGES = 100;
const MAX_EDGES = 10_000;

/**
 * Ends of edges that share a lineage with the starts: where a walk from there is likely to come by. Not all of them, and nothing but these says
 * which edges a node has; but each of them is there.
 */
export async function wayAhead(
	database: StoreDatabase,
	scope: TenantScope,
	starts: readonly string[],
	timeRange: LineageTimeRange | undefined,
): Promise<readonly Ends[]> {
	const ids = starts.filter((id) => !isHub(id));
	if (ids.length === 0 || ids.length > MAX_STARTS) return [];
	const time = timeCondition(timeRange);
	const lineages = (table: string, column: string) =>
		`(SELECT lineage_id FROM ${table} WHERE ${scope.condition()} AND ${column} IN {ids:Array(String)}` +
		` AND lineage_id != '' LIMIT ${MAX_LINEAGES})`;
	// On a cluster the inner query runs once, not on every node; on one node that costs half as much again.
	const isIn = database.cluster === undefined ? 'IN' : 'GLOBAL IN';
	return await database.query<Ends>(
		`SELECT parent_id, child_id FROM lineage_by_lineage WHERE ${scope.condition()} AND lineage_id ${isIn}` +
			` (${lineages('lineage_edges', 'parent_id')} UNION ALL ${lineages('lineage_by_child', 'child_id')})` +
			` AND ${time.sql} LIMIT ${MAX_EDGES}`,
		{ ...scope.parameters, ...time.parameters, ids },
	);
}
