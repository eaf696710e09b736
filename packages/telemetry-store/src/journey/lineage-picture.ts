import type { LineageEdgeOfTenant, LineageNode } from '../lineage/lineage-graph.ts';
import type { LineageGraph } from '../lineage/trace-lineage.ts';
import { html, type Markup } from './markup.ts';
import { nodeText } from './text-sections.ts';

/** Above so many nodes the table says it better. */
const MAX_NODES = 60;
const BOX = { width: 210, height: 40, gapX: 70, gapY: 16, margin: 8 } as const;
const LABEL = 30;

interface Place {
	readonly node: LineageNode;
	readonly x: number;
	readonly y: number;
}

/** A lineage graph as a drawing: a column for every hop, origins left. Undefined where there is nothing to draw, or too much. */
export function lineagePicture(graph: LineageGraph, recordId: string): Markup | undefined {
	if (graph.edges.length === 0 || graph.nodes.length > MAX_NODES) return undefined;
	const columns = [...Map.groupBy(graph.nodes, ({ distance }) => distance).values()];
	const tallest = Math.max(...columns.map((column) => column.length));
	const places = new Map(
		columns.flatMap((column, x) =>
			column.map((node, y): [string, Place] => [
				node.id,
				{
					node,
					x: BOX.margin + x * (BOX.width + BOX.gapX),
					y: BOX.margin + (y + (tallest - column.length) / 2) * (BOX.height + BOX.gapY),
				},
			]),
		),
	);
	const width = 2 * BOX.margin + columns.length * (BOX.width + BOX.gapX) - BOX.gapX;
	// Below the boxes there is room for steps that lead back, as a replay does.
	const height = 2 * BOX.margin + tallest * (BOX.height + BOX.gapY) - BOX.gapY + 24;
	return html`<div class="picture"><svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Lineage">
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>
${arrows(graph.edges, places)}${[...places.values()].map((place) => box(place, recordId))}</svg></div>`;
}

function box({ node, x, y }: Place, recordId: string): Markup {
	const text = node.kind === 'record' && node.recordId === recordId ? 'this record' : node.name;
	const label = [...text].length > LABEL ? `${[...text].slice(0, LABEL - 1).join('')}…` : text;
	return html`<g class="${node.kind}${node.distance === 0 ? ' start' : ''}"><title>${nodeText(node.id, '')}</title>
<rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="7"/>
<text class="kind" x="${x + 10}" y="${y + 14}">${node.kind}</text><text x="${x + 10}" y="${y + 30}">${label}</text></g>`;
}

function arrows(edges: readonly LineageEdgeOfTenant[], places: ReadonlyMap<string, Place>): readonly Markup[] {
	const apart = Map.groupBy(edges, ({ parentId, childId, relation }) => `${parentId}\n${childId}\n${relation}`);
	return [...apart.values()].map((same) => {
		const [edge] = same as [LineageEdgeOfTenant];
		const [from, to] = [places.get(edge.parentId), places.get(edge.childId)];
		if (from === undefined || to === undefined) return html``;
		const times = same.length > 1 ? ` ×${same.length}` : '';
		const told = `${edge.relation.toLowerCase()}${times} · ${edge.operation} · ${edge.timestamp}`;
		return html`<path class="${edge.relation.toLowerCase()}" d="${curve(from, to)}" marker-end="url(#tip)"><title>${told}</title></path>`;
	});
}

function curve(from: Place, to: Place): string {
	const [y, endY] = [from.y + BOX.height / 2, to.y + BOX.height / 2];
	if (to.x > from.x) {
		const [x, end] = [from.x + BOX.width, to.x];
		const bend = (end - x) / 2;
		return `M${x} ${y}C${x + bend} ${y} ${end - bend} ${endY} ${end} ${endY}`;
	}
	const [x, bottom] = [from.x + BOX.width / 2, from.y + BOX.height];
	const [end, endBottom] = [to.x + BOX.width / 2, to.y + BOX.height];
	const low = Math.max(bottom, endBottom) + 28;
	return `M${x} ${bottom}C${x} ${low} ${end} ${low} ${end} ${endBottom}`;
}
