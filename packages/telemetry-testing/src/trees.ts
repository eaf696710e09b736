import type { SpanView } from './views.ts';

/** Spans of one trace by their names, children in the order in which they began. */
export interface SpanTree {
	readonly name: string;
	readonly children: readonly SpanTree[];
}

/**
 * The trees of spans, one for each span whose parent is not among them. Siblings are in start order, then by name.
 */
export function spanTrees(spans: readonly SpanView[]): SpanTree[] {
	const ids = new Set(spans.map(({ spanId }) => spanId));
	const ordered = [...spans].sort((a, b) => a.startMs - b.startMs || a.name.localeCompare(b.name));
	const under = (parent: string | undefined): SpanTree[] =>
		ordered
			.filter(({ parentSpanId }) =>
				parent === undefined ? parentSpanId === undefined || !ids.has(parentSpanId) : parentSpanId === parent,
			)
			.map(({ name, spanId }) => ({ name, children: under(spanId) }));
	return under(undefined);
}

/** A tree as indented lines, for whole-tree comparisons that read well when they fail. */
export function renderTree(spans: readonly SpanView[]): string {
	const lines: string[] = [];
	const write = (trees: readonly SpanTree[], depth: number) => {
		for (const { name, children } of trees) {
			lines.push(`${'  '.repeat(depth)}${name}`);
			write(children, depth + 1);
		}
	};
	write(spanTrees(spans), 0);
	return lines.join('\n');
}

/** Spans by trace id, in the order in which the traces first appear. */
export function byTrace(spans: readonly SpanView[]): ReadonlyMap<string, readonly SpanView[]> {
	return Map.groupBy(spans, ({ traceId }) => traceId);
}

/** What is wrong with a record's trace: not one root, or a span whose parent is missing. Empty when it is whole. */
export function traceFaults(spans: readonly SpanView[]): string[] {
	const ids = new Set(spans.map(({ spanId }) => spanId));
	const roots = spans.filter(({ parentSpanId }) => parentSpanId === undefined);
	const faults = roots.length === 1 ? [] : [`${roots.length} roots: ${roots.map(({ name }) => name).join(', ')}`];
	for (const { name, parentSpanId } of spans) {
		if (parentSpanId !== undefined && !ids.has(parentSpanId)) faults.push(`${name} has no parent ${parentSpanId}`);
	}
	return faults;
}
