/** What a place in the tree depends on. */
export interface TreeSpan {
	readonly spanId: string;
	readonly parentSpanId?: string;
}

export interface Placed<Span> {
	readonly span: Span;
	/** 0 for roots. */
	readonly depth: number;
	/** The parent that it names is not among the spans. */
	readonly isOrphan: boolean;
}

/**
 * Spans with every one after its parent and the children in the order in which the spans are given. A span whose parent is not there is a root;
 * so is the first span of a circle, which only broken data has. Loops instead of calling itself: chains of spans can be as long as the trace.
 */
export function inTreeOrder<Span extends TreeSpan>(spans: readonly Span[]): readonly Placed<Span>[] {
	const ids = new Set(spans.map(({ spanId }) => spanId));
	const children = Map.groupBy(spans, ({ parentSpanId }) => parentSpanId);
	const isOrphan = ({ parentSpanId }: Span) => parentSpanId !== undefined && !ids.has(parentSpanId);
	const placed: Placed<Span>[] = [];
	const seen = new Set<Span>();
	const placeFrom = (root: Span) => {
		const stack = [{ span: root, depth: 0 }];
		for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
			const { span, depth } = next;
			if (seen.has(span)) continue;
			seen.add(span);
			placed.push({ span, depth, isOrphan: isOrphan(span) });
			const below = children.get(span.spanId) ?? [];
			for (const child of below.toReversed()) stack.push({ span: child, depth: depth + 1 });
			// Spans that share an id share their children: these are placed once.
			children.delete(span.spanId);
		}
	};
	for (const span of spans) if (span.parentSpanId === undefined || isOrphan(span)) placeFrom(span);
	for (const span of spans) if (!seen.has(span)) placeFrom(span);
	return placed;
}
