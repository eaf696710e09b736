import { describe, expect, it } from 'vitest';
import { byTrace, renderTree, type SpanView, traceFaults } from '../src/index.ts';

function span(spanId: string, parentSpanId: string | undefined, name: string, startMs: number): SpanView {
	return {
		name,
		kind: 'INTERNAL',
		status: 'UNSET',
		statusMessage: undefined,
		traceId: 't1',
		spanId,
		parentSpanId,
		scope: '@pipeline/test',
		attributes: {},
		events: [],
		links: [],
		startMs,
		endMs: startMs + 1,
	};
}

const WHOLE = [
	span('c', 'a', 'second', 3),
	span('d', 'b', 'leaf', 2),
	span('b', 'a', 'first', 1),
	span('a', undefined, 'root', 0),
];

describe('renderTree', () => {
	it('nests children under their parents in start order, whatever the order of export', () => {
		expect(renderTree(WHOLE)).toBe('root\n  first\n    leaf\n  second');
	});

	it('shows a span without its parent as a tree of its own', () => {
		expect(renderTree(WHOLE.slice(0, 2))).toBe('leaf\nsecond');
	});
});

describe('traceFaults', () => {
	it('finds nothing wrong with a whole trace', () => {
		expect(traceFaults(WHOLE)).toEqual([]);
	});

	it('names the span whose parent is missing', () => {
		expect(traceFaults(WHOLE.filter(({ spanId }) => spanId !== 'b'))).toEqual(['leaf has no parent b']);
	});

	it.each([
		['no root', WHOLE.slice(0, 3), /^0 roots/],
		['two roots', [...WHOLE, span('e', undefined, 'other', 9)], /^2 roots: root, other/],
	])('reports %s', (_, spans, fault) => {
		expect(traceFaults(spans)[0]).toMatch(fault);
	});
});

describe('byTrace', () => {
	it('keeps traces apart', () => {
		const other = { ...span('z', undefined, 'z', 0), traceId: 't2' };
		expect([...byTrace([...WHOLE, other]).entries()].map(([id, spans]) => [id, spans.length])).toEqual([
			['t1', 4],
			['t2', 1],
		]);
	});
});
