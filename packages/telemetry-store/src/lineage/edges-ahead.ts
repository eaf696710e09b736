import type { StoreDatabase } from '../connection/store-database.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import type { EdgeRow } from './edge-row.ts';
import { isHub } from './lineage-node.ts';
import type { LineageTimeRange } from './lineage-request.ts';
import { type EdgeQuery, edgeKey, readEdgeKeys, readEdges } from './read-edges.ts';

export type Direction = 'forward' | 'backward';

export interface EdgesAheadOptions {
	readonly direction: Direction;
	readonly timeRange: LineageTimeRange | undefined;
	/** Edges that are there, and that a walk is likely to come by. */
	readonly way: readonly EdgeRow[];
}

/** Columns of the near and the far end of an edge. */
export const ENDS = { forward: ['parent_id', 'child_id'], backward: ['child_id', 'parent_id'] } as const;

/**
 * Edges of nodes as `readEdges` gives them. Together with a node's it asks for those of the nodes that the way leads to from there, and reads whole
 * only those that are not on the way.
 */
export class EdgesAhead {
	readonly #database: StoreDatabase;
	readonly #scope: TenantScope;
	readonly #options: EdgesAheadOptions;
	/** By the near end. */
	#way: ReadonlyMap<string, readonly EdgeRow[]>;
	readonly #onWay: ReadonlyMap<string, EdgeRow>;
	/** Node -> all its edges. */
	readonly #known = new Map<string, readonly EdgeRow[]>();

	constructor(database: StoreDatabase, scope: TenantScope, options: EdgesAheadOptions) {
		this.#database = database;
		this.#scope = scope;
		this.#options = options;
		const [near] = ENDS[options.direction];
		this.#way = Map.groupBy(options.way, (edge) => edge[near]);
		this.#onWay = new Map(options.way.map((edge) => [edgeKey(edge), edge]));
	}

	/** @param hops how many more are walked, these included */
	async of(ids: readonly string[], limit: number, hops: number): Promise<readonly EdgeRow[]> {
		if (this.#way.size === 0) return await this.#read(ids, limit);
		const isWhole = await this.#readFrom(ids, limit, hops);
		const edges = isWhole ? ids.flatMap((id) => this.#known.get(id) ?? []) : [];
		// Which of too many are given is told by the order of the table.
		return isWhole && edges.length < limit ? edges : await this.#read(ids, limit);
	}

	/** Whether any of the nodes has an edge. */
	async isAny(ids: readonly string[]): Promise<boolean> {
		return ids.some((id) => this.#way.has(id)) || (await this.#read(ids, 1)).length > 0;
	}

	/** @returns whether all edges of these nodes are known now: there may be too many */
	async #readFrom(ids: readonly string[], limit: number, hops: number): Promise<boolean> {
		const unknown = ids.filter((id) => !this.#known.has(id));
		if (unknown.length === 0) return true;
		const nodes = this.#nodesFrom(unknown, hops);
		const edges = await this.#edgesOf(nodes, limit);
		if (edges === undefined) {
			// All of them would be walked, so the walk does not get to its end: no use to look ahead.
			this.#way = new Map();
			return false;
		}
		const [near] = ENDS[this.#options.direction];
		const byNode = Map.groupBy(edges, (edge) => edge[near]);
		for (const id of nodes) this.#known.set(id, byNode.get(id) ?? []);
		return true;
	}

	/** Undefined: as many as the limit, or more. */
	async #edgesOf(nodes: readonly string[], limit: number): Promise<readonly EdgeRow[] | undefined> {
		const [near] = ENDS[this.#options.direction];
		const whole = async (ids: readonly string[]) => {
			const edges = await this.#read(ids, limit);
			return edges.length < limit ? edges : undefined;
		};
		if (!nodes.some((id) => this.#way.has(id))) return await whole(nodes);
		const keys = await readEdgeKeys(this.#database, this.#scope, this.#query(nodes, limit));
		if (keys.length >= limit) return undefined;
		const known = keys.flatMap((key) => this.#onWay.get(edgeKey(key)) ?? []);
		if (known.length === keys.length) return known;
		const others = new Set(keys.filter((key) => !this.#onWay.has(edgeKey(key))).map((key) => key[near]));
		const read = await whole([...others]);
		return read && [...known.filter((edge) => !others.has(edge[near])), ...read];
	}

	/** These, and those that so many hops may leave from. */
	#nodesFrom(ids: readonly string[], hops: number): readonly string[] {
		const [, far] = ENDS[this.#options.direction];
		const all = new Set(ids);
		let last: Iterable<string> = ids;
		for (let hop = 1; hop < hops; hop++) {
			const next = new Set<string>();
			for (const id of last) {
				for (const edge of this.#way.get(id) ?? []) {
					const node = edge[far];
					if (!all.has(node) && !isHub(node)) next.add(node);
				}
			}
			if (next.size === 0) break;
			for (const id of next) all.add(id);
			last = next;
		}
		return [...all].filter((id) => !this.#known.has(id));
	}

	#read(ids: readonly string[], limit: number): Promise<readonly EdgeRow[]> {
		return readEdges(this.#database, this.#scope, this.#query(ids, limit));
	}

	#query(ids: readonly string[], limit: number): EdgeQuery {
		const [column] = ENDS[this.#options.direction];
		return { column, ids, timeRange: this.#options.timeRange, limit };
	}
}
