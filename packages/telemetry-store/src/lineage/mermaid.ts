import type { LineageNode } from './lineage-graph.ts';
import type { LineageNodeKind } from './lineage-node.ts';
import type { LineageGraph } from './trace-lineage.ts';

/** Mermaid's own bounds are 500 edges and 50,000 characters; viewers can raise them, people cannot read more. */
const MAX_EDGES = 500;
const MAX_LABEL = 80;

const SHAPES: Readonly<Record<LineageNodeKind, readonly [open: string, close: string]>> = {
	record: ['["', '"]'],
	schema: ['[/"', '"/]'],
	source: ['[("', '")]'],
	destination: ['[("', '")]'],
	entry: ['{{"', '"}}'],
	raw: ['("', '")'],
	other: ['["', '"]'],
};

/**
 * A lineage graph as a Mermaid flow chart: origins left, results right, starts marked. Names are shown, never interpreted.
 *
 * @returns the first 500 edges, with a note where there are more, or where the graph was cut
 */
export function lineageMermaid(graph: LineageGraph): string {
	const edges = graph.edges.slice(0, MAX_EDGES);
	const used = new Set([
		...edges.flatMap(({ tenant, parentId, childId }) => [`${tenant} ${parentId}`, `${tenant} ${childId}`]),
		...graph.nodes
			.filter(({ distance }) => distance === 0)
			.slice(0, MAX_EDGES)
			.map(keyOf),
	]);
	const nodes = graph.nodes.filter((node) => used.has(keyOf(node)));
	const names = new Map(nodes.map((node, index) => [keyOf(node), `n${index}`]));
	const isCut = graph.isTruncated || edges.length < graph.edges.length;
	return [
		'flowchart LR',
		...nodes.map((node) => `\t${names.get(keyOf(node))}${shapeOf(node)}`),
		...edges.map(({ tenant, parentId, childId, relation, timestamp }) => {
			const [from, to] = [`${tenant} ${parentId}`, `${tenant} ${childId}`].map((key) => names.get(key));
			return `\t${from} -->|"${escaped(relation.toLowerCase())} ${escaped(timestamp.slice(11, 23))}"| ${to}`;
		}),
		...(isCut ? ['\tmore("there is more than is shown")'] : []),
		'\tclassDef start stroke-width:3px',
		...nodes.filter(({ distance }) => distance === 0).map((node) => `\tclass ${names.get(keyOf(node))} start`),
		'',
	].join('\n');
}

const keyOf = ({ tenant, id }: LineageNode) => `${tenant} ${id}`;

function shapeOf({ kind, name }: LineageNode): string {
	const [open, close] = SHAPES[kind];
	return `${open}${kind === 'other' ? '' : `${kind} `}${escaped(name)}${close}`;
}

/** Letters, digits and a few signs stay; everything else becomes an entity, so that no name can end its label or call a function. */
function escaped(text: string): string {
	const points = [...text];
	const shown = points.length > MAX_LABEL ? [...points.slice(0, MAX_LABEL - 1), '…'] : points;
	return shown.map((sign) => (/[\p{L}\p{N} .,:/_…-]/u.test(sign) ? sign : `#${sign.codePointAt(0)};`)).join('');
}
