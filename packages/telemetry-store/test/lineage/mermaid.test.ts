import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lineageMermaid } from '../../src/lineage/mermaid.ts';
import type { LineageGraph } from '../../src/lineage/trace-lineage.ts';
import { HOSTILE, sampleJourney } from '../journey/sample-journey.ts';

it('draws a graph', () => {
	expect(lineageMermaid(sampleJourney('records-7').lineage)).toBe(`flowchart LR
	n0[("source records-7")]
	n1["record records-7"]
	n2["record other"]
	n3{{"entry records-7"}}
	n4[("destination records-7")]
	n0 -->|"derive 10:00:00.010"| n1
	n1 -->|"reject 10:00:00.400"| n3
	n3 -->|"derive 11:01:00.000"| n1
	n1 -->|"copy 11:01:01.000"| n4
	n1 -->|"derive 11:01:01.001"| n2
	classDef start stroke-width:3px
	class n1 start
`);
});

it('has names as labels only, whatever they are', () => {
	const name = fc.oneof(
		fc.string({ minLength: 1, unit: 'binary' }),
		fc.constantFrom(HOSTILE, '"]\nclick n0 call x()', 'end'),
	);
	const bare = (text: string) => lineageMermaid(sampleJourney(text).lineage).replaceAll(/"[^"]*"/g, '""');
	const expected = bare('x');
	fc.assert(
		fc.property(name, (text) => {
			expect(bare(text)).toBe(expected);
		}),
	);
	const labels = [...lineageMermaid(sampleJourney(HOSTILE).lineage).matchAll(/"([^"]*)"/g)].map(
		([, label = '']) => label,
	);
	expect(labels.filter((label) => /[<>`'&()[\]{}\n]/.test(label))).toEqual([]);
});

it('says when there is more than it shows', () => {
	const { lineage } = sampleJourney('r');
	const [edge] = lineage.edges;
	if (edge === undefined) throw new Error('no edge');
	const drawn = (graph: LineageGraph) => lineageMermaid(graph);
	const note = 'there is more than is shown';
	expect(drawn(lineage)).not.toContain(note);
	expect(drawn({ ...lineage, isTruncated: true })).toContain(note);
	const many = (count: number) => ({ ...lineage, edges: Array.from({ length: count }, () => edge) });
	expect(drawn(many(500))).not.toContain(note);
	expect(drawn(many(501))).toContain(note);
	expect(drawn(many(501)).match(/-->/g)).toHaveLength(500);
});
