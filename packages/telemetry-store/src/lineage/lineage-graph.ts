import type { LineageEdge } from '@pipeline/telemetry-core/schema';
import { type LineageNodeKind, nodeName } from './lineage-node.ts';
import type { Walk } from './walk-edges.ts';

/** A step, and whose it is. */
export interface LineageEdgeOfTenant extends LineageEdge {
	readonly tenant: string;
}

export interface LineageNode {
	/** As the ends of edges have it; unique within a tenant. */
	readonly id: string;
	readonly tenant: string;
	readonly kind: LineageNodeKind;
	readonly name: string;
	readonly recordId?: string;
	/** Hops from the nearest start: below 0 where it comes from, above 0 what became of it, 0 a start. */
	readonly distance: number;
}

/** Nodes of walks from the same ids; from the farthest origin to the farthest result. */
export function nodesOf(tenant: string, starts: readonly string[], walks: readonly Walk[]): readonly LineageNode[] {
	const distances = new Map(starts.map((id) => [id, 0]));
	for (const { direction, hops } of walks) {
		for (const [id, hop] of hops) {
			const known = distances.get(id);
			if (known !== undefined && Math.abs(known) <= hop) continue;
			distances.set(id, direction === 'forward' ? hop : -hop);
		}
	}
	return [...distances]
		.map(([id, distance]) => ({ id, tenant, ...nodeName(id), distance }))
		.toSorted((a, b) => a.distance - b.distance || (a.id < b.id ? -1 : 1));
}
