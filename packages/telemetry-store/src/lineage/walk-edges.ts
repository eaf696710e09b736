import type { StoreDatabase } from '../connection/store-database.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import type { EdgeRow } from './edge-row.ts';
import { type Direction, EdgesAhead, type EdgesAheadOptions, ENDS } from './edges-ahead.ts';
import { isHub } from './lineage-node.ts';
import { edgeKey } from './read-edges.ts';

export interface WalkOptions extends EdgesAheadOptions {
	readonly ids: readonly string[];
	readonly depth: number;
	readonly maxEdges: number;
}

/** What was seen on the way, in one direction. */
export interface Walk {
	readonly direction: Direction;
	/** By `edgeKey`. */
	readonly edges: ReadonlyMap<string, EdgeRow>;
	/** Hops from the start to each node. */
	readonly hops: ReadonlyMap<string, number>;
	/** What it met before its end. */
	readonly limit: 'DEPTH' | 'EDGES' | undefined;
}

/** Breadth first from the ids. A node is left once, so cycles end. */
export async function walkEdges(database: StoreDatabase, scope: TenantScope, options: WalkOptions): Promise<Walk> {
	const { ids, direction, depth, maxEdges } = options;
	const [, far] = ENDS[direction];
	const ahead = new EdgesAhead(database, scope, options);
	const edges = new Map<string, EdgeRow>();
	const hops = new Map(ids.map((id) => [id, 0]));
	let frontier: readonly string[] = ids;
	for (let hop = 1; hop <= depth && frontier.length > 0; hop++) {
		const left = maxEdges - edges.size;
		const found = await ahead.of(frontier, left + 1, depth - hop + 1);
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
	const isDeeper = frontier.length > 0 && (await ahead.isAny(frontier));
	return { direction, edges, hops, limit: isDeeper ? 'DEPTH' : undefined };
}
