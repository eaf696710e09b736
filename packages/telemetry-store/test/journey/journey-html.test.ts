import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RecordJourney } from '../../src/journey/journey.ts';
import { renderJourneyHtml } from '../../src/journey/journey-html.ts';
import { html } from '../../src/journey/markup.ts';
import { HOSTILE, sampleJourney } from './sample-journey.ts';

/** Elements of a page with the names of their attributes: what a browser would make of it. */
function structureOf(page: string): readonly string[] {
	return (page.match(/<[^>]*>/g) ?? []).map((tag) => tag.replaceAll(/"[^"]*"/g, '""'));
}

it('shows every part of a journey', () => {
	const page = renderJourneyHtml(sampleJourney('records-7'));
	const titles = [...page.matchAll(/<h2>([^<]*)<\/h2>/g)].map(([, title]) => title);
	expect(titles).toEqual([
		...['What happened', 'Where it went', 'What failed', 'Queues and replays', 'What changed it', 'Lineage'],
		'Audit: 1 event',
	]);
	for (const told of [
		'2 attempts',
		'DELIV_002_REJECTED',
		'not replayed',
		'until 2026-11-28 10:00',
		'this record',
		'No span of this trace',
	]) {
		expect(page, told).toContain(told);
	}
	expect(page).toContain('style="left:25%;width:75%"');
});

it('leaves out what there is nothing to say of', () => {
	const { transformations: _, ...rest } = sampleJourney('r');
	const empty: RecordJourney = {
		...{
			...rest,
			transformations: [],
			traces: [],
			deliveries: [],
			errors: [],
			queueEntries: [],
			events: [],
			gaps: [],
			ends: [],
		},
		lineage: { start: [], nodes: [], edges: [], isTruncated: false, limits: [], depthReached: 0 },
	};
	expect(renderJourneyHtml(empty)).not.toContain('<h2>');
});

it('needs nothing from elsewhere and runs nothing', () => {
	const page = renderJourneyHtml(sampleJourney(HOSTILE));
	expect(page).toContain(
		`content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"`,
	);
	const structure = structureOf(page).join('\n');
	expect(structure).not.toMatch(/<(?:script|img|link|iframe|object|embed|base|form|a)\b/i);
	expect(structure).not.toMatch(/\s(?:on\w+|href|src|srcdoc|action)=/i);
	expect(page).not.toMatch(/url\((?!#tip\))|@import/i);
	expect(page.match(/<\/style>/g)).toHaveLength(1);
});

it('is the same page whatever the names are', () => {
	const structure = structureOf(renderJourneyHtml(sampleJourney('x')));
	const name = fc.oneof(
		fc.string({ minLength: 1, unit: 'binary', maxLength: 60 }),
		fc
			.array(fc.constantFrom('<', '>', '"', "'", '&', '`', '=', '/', '--', '${', '</style>', '\u0000'), {
				minLength: 1,
			})
			.map((all) => all.join('')),
		fc.constant(HOSTILE),
	);
	fc.assert(
		fc.property(name, (text) => {
			expect(structureOf(renderJourneyHtml(sampleJourney(text)))).toEqual(structure);
		}),
		{ numRuns: 100 },
	);
});

it('takes text for text, in elements and in attributes', () => {
	expect(html`<p title="${'"><b>'}">${['<', html`<i>${"'&"}</i>`, undefined, 7]}</p>`.text).toBe(
		'<p title="&quot;&gt;&lt;b&gt;">&lt;<i>&#39;&amp;</i>7</p>',
	);
});

it('cuts long tables and says so', () => {
	const journey = sampleJourney('r');
	const [error] = journey.errors;
	if (error === undefined) throw new Error('no error');
	const page = renderJourneyHtml({ ...journey, errors: Array.from({ length: 2_001 }, () => error) });
	expect(page).toContain('… and 1 more');
});
