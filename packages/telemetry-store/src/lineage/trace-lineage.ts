import type { StoreDatabase } from '../connection/store-database.ts';
import { TenantScope } from '../tenancy/tenant-scope.ts';
import { distinct } from './defined-fields.ts';
import { edgeOf } from './edge-row.ts';
import type { Direction } from './edges-ahead.ts';
import { type LineageEdgeOfTenant, type LineageNode, nodesOf } from './lineage-graph.ts';
import { type CheckedRequest, checkRequest, type LineageRequest } from './lineage-request.ts';
import { findStarts } from './lineage-starts.ts';
import { type Walk, walkEdges } from './walk-edges.ts';
import { wayAhead } from './way-ahead.ts';

/** Why a graph is not whole: more hops, more edges, or more nodes to start at than were asked for. */
export type LineageLimit = 'DEPTH' | 'EDGES' | 'STARTS';

/** Records and what they came from and became. Data: it may be given out as JSON. */
export interface LineageGraph {
	/** Ids of the nodes it starts at; none when nothing is known of what was asked for. */
	readonly start: readonly string[];
	readonly nodes: readonly LineageNode[];
	/** In the order of time. Each step once, however often it was stored. */
	readonly edges: readonly LineageEdgeOfTenant[];
	/** A limit was met: there may be more. */
	readonly isTruncated: boolean;
	readonly limits: readonly LineageLimit[];
	/** Hops from the start to what is farthest away. */
	readonly depthReached: number;
}

/**
 * Follows steps of lineage from a start, hop by hop; what shares a lineage with the start is read at once, the rest a query a hop. Forward and backward are followed apart: a brother, reached over a common
 * parent, is not part of it. It ends at sources and destinations, unless it starts there.
 *
 * @throws StoreError `QUERY_INVALID` for a request beyond its bounds, and whatever a query throws
 */
export async function traceLineage(
	database: StoreDatabase,
	scope: TenantScope,
	request: LineageRequest,
): Promise<LineageGraph> {
	const checked = checkRequest(request);
	const starts = await findStarts(database, scope, checked);
	const limits = new Set<LineageLimit>(starts.isCut ? ['STARTS'] : []);
	const start: string[] = [];
	const nodes: LineageNode[] = [];
	const edges: LineageEdgeOfTenant[] = [];
	// A tenant at a time, each in a scope of its own: no hop can lead to another.
	for (const [tenant, ids] of starts.byTenant) {
		const walks = await walkTenant(database, tenant, ids, { ...checked, maxEdges: checked.maxEdges - edges.length });
		const own = new Map(walks.flatMap(({ edges: rows }) => [...rows]));
		for (const { limit } of walks) if (limit !== undefined) limits.add(limit);
		if (own.size === 0 && limits.size === 0) continue;
		start.push(...ids);
		edges.push(...[...own.values()].map((row) => ({ tenant, ...edgeOf(row) })));
		nodes.push(...nodesOf(tenant, ids, walks));
	}
	return {
		start: distinct(start),
		nodes,
		edges: edges.toSorted(inOrder),
		isTruncated: limits.size > 0,
		limits: [...limits].toSorted(),
		depthReached: nodes.reduce((depth, { distance }) => Math.max(depth, Math.abs(distance)), 0),
	};
}

async function walkTenant(
	database: StoreDatabase,
	tenant: string,
	ids: readonly string[],
	{ direction, ...bounds }: CheckedRequest,
): Promise<readonly Walk[]> {
	const own = TenantScope.of(tenant);
	const way = bounds.depth > 1 ? await wayAhead(database, own, ids, bounds.timeRange) : [];
	const walk = (towards: Direction, maxEdges: number) =>
		walkEdges(database, own, { ...bounds, ids, way, direction: towards, maxEdges });
	if (direction !== 'both') return [await walk(direction, bounds.maxEdges)];
	const [backward, forward] = await Promise.all([walk('backward', bounds.maxEdges), walk('forward', bounds.maxEdges)]);
	const left = bounds.maxEdges - backward.edges.size;
	// Both at once is faster, and seldom too much together: then the second has what the first left.
	return [backward, forward.edges.size > left ? await walk('forward', left) : forward];
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Time decides; the rest makes the order the same each time. */
function inOrder(a: LineageEdgeOfTenant, b: LineageEdgeOfTenant): number {
	const ends = () => compare(a.parentId, b.parentId) || compare(a.childId, b.childId);
	return compare(a.timestamp, b.timestamp) || compare(a.stepId, b.stepId) || ends();
}
