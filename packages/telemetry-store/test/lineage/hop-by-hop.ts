import type { LineageLimit } from '../../src/lineage/trace-lineage.ts';

/** A step as this test tells it; no two at the same time. */
export interface Step {
	readonly tenant: string;
	readonly parent: string;
	readonly child: string;
	readonly lineage: string;
	readonly at: number;
}

export interface Asked {
	readonly start: string;
	readonly direction: 'forward' | 'backward' | 'both';
	readonly depth: number;
	readonly maxEdges: number;
	/** Half open. */
	readonly from: number;
	readonly to: number;
}

export interface Found {
	readonly steps: ReadonlySet<Step>;
	readonly distances: ReadonlyMap<string, number>;
	readonly limits: readonly LineageLimit[];
}

const isHub = (id: string) => /^(?:source|destination):/.test(id);
const descending = (a: string, b: string) => (a < b ? 1 : a > b ? -1 : 0);

const NOTHING: Found = { steps: new Set(), distances: new Map(), limits: [] };

/** What lineage means, on steps of one tenant in memory: each hop leaves every node of the one before it. */
export function hopByHop(steps: readonly Step[], asked: Asked): Found {
	const within = steps.filter(({ at }) => at >= asked.from && at < asked.to);
	const found =
		asked.direction === 'both' ? bothWays(within, asked) : oneWay(within, asked, asked.direction === 'forward');
	return found.steps.size === 0 && found.limits.length === 0 ? NOTHING : found;
}

/** Forward has the edges that backward left. */
function bothWays(steps: readonly Step[], asked: Asked): Found {
	const back = oneWay(steps, asked, false);
	const left = asked.maxEdges - back.steps.size;
	const on = oneWay(steps, asked, true);
	return united(back, on.steps.size > left ? oneWay(steps, { ...asked, maxEdges: left }, true) : on);
}

function oneWay(steps: readonly Step[], { start, depth, maxEdges }: Asked, isForward: boolean): Found {
	const near = (step: Step) => (isForward ? step.parent : step.child);
	const far = (step: Step) => (isForward ? step.child : step.parent);
	const found = new Set<Step>();
	const distances = new Map([[start, 0]]);
	let frontier = [start];
	const leaving = () =>
		steps
			.filter((step) => frontier.includes(near(step)))
			.toSorted((a, b) => descending(near(a), near(b)) || b.at - a.at);
	for (let hop = 1; hop <= depth && frontier.length > 0; hop++) {
		const all = leaving();
		const left = maxEdges - found.size;
		frontier = [];
		for (const step of all.slice(0, left)) {
			found.add(step);
			const node = far(step);
			if (distances.has(node)) continue;
			distances.set(node, isForward ? hop : -hop);
			if (!isHub(node)) frontier.push(node);
		}
		if (all.length > left) return { steps: found, distances, limits: ['EDGES'] };
	}
	return { steps: found, distances, limits: leaving().length > 0 ? ['DEPTH'] : [] };
}

/** Where both ways come by a node, the shorter one counts, and the way back where they are as long. */
function united(back: Found, on: Found): Found {
	const distances = new Map(back.distances);
	for (const [id, hop] of on.distances) {
		const known = distances.get(id);
		if (known === undefined || Math.abs(known) > hop) distances.set(id, hop);
	}
	return {
		steps: new Set([...back.steps, ...on.steps]),
		distances,
		limits: [...new Set([...back.limits, ...on.limits])].toSorted(),
	};
}
