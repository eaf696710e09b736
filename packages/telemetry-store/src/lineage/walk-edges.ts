import type { StoreDatabase } from '../connection/store-database.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import type { EdgeRow } from './edge-row.ts';
import { isHub } from './lineage-node.ts';
import type { LineageTimeRange } from './lineage-request.ts';
import { edgeKey, readEdges } from './read-edges.ts';

export interface WalkOptions {
	readonly ids: readonly string[];
	readonly direction: 'forward' | 'backward';
	readonly depth: number;
	readonly timeRange: LineageTimeRange | undefined;
	readonly maxEdges: number;
}

/** What was seen on the way, in one direction. */
export interface Walk {
	readonly direction: 'forward' | 'backward';
	/** By `edgeKey`. */
	readonly edges: ReadonlyMap<string, EdgeRow>;
	/** Hops from the start to each node. */
	readonly hops: ReadonlyMap<string, number>;
	/** What it met before its end. */
	readonly limit: 'DEPTH' | 'EDGES' | undefined;
}

/** Breadth first from the ids, a query a hop. A node is left once, so cycles end. */
export async function walkEdges(database: StoreDatabase, scope: TenantScope, options: WalkOptions): Promise<Walk> {
	const { ids, direction, depth, timeRange, maxEdges } = options;
	const [column, far] =
		direction === 'forward' ? (['parent_id', 'child_id'] as const) : (['child_id', 'parent_id'] as const);
	const edges = new Map<string, EdgeRow>();
	const hops = new Map(ids.map((id) => [id, 0]));
	const read = (from: readonly string[], limit: number) =>
		readEdges(database, scope, { column, ids: from, timeRange, limit });
	let frontier: readonly string[] = ids;
	for (let hop = 1; hop <= depth && frontier.length > 0; hop++) {
		const left = maxEdges - edges.size;
		const found = await read(frontier, left + 1);
		const next: string[] = [];
		for (const edge of found.slice(0, left)) {
			edges.set(edgeKey(edge), edge);
			const id = edge[far];
			if (hops.has(id)) continue;
			hops.set(id, hop);
			if (!isHub(id)) next.push(id);
		}
		if (found.length > left) return { direction, edges, hops, limit: 'EDGES' };
		frontier = next;
	}
	const isDeeper = frontier.length > 0 && (await read(frontier, 1)).length > 0;
	return { direction, edges, hops, limit: isDeeper ? 'DEPTH' : undefined };
}
