import { describe, expect, it } from 'vitest';
import {
	brokenProofs,
	REQUIREMENT_SOURCES,
	type Requirement,
	renderRequirementsPage,
} from '../../src/requirements/index.ts';
import { EXPECTED_IDS } from './expected-ids.ts';

function sourceWith(requirement: Requirement) {
	return [{ title: 'A document', requirements: { 'X-1': requirement } }];
}

describe('requirement map', () => {
	const ids = REQUIREMENT_SOURCES.flatMap(({ requirements }) => Object.keys(requirements));

	it('has every id exactly once', () => {
		expect([...ids].sort()).toEqual([...EXPECTED_IDS].sort());
		expect(new Set(ids).size).toBe(245);
	});
});

describe('brokenProofs', () => {
	const titles = new Map([['a.test.ts', new Set(['keeps entries'])]]);
	const problems = (proof: readonly string[]) =>
		brokenProofs(sourceWith({ title: 'Entries stay', kinds: ['C'], scope: 'IN', proof }), (file) =>
			titles.get(file),
		).map(({ problem }) => problem);

	it('tells what is wrong with each reference', () => {
		expect([
			problems(['a.test.ts > keeps entries']),
			problems(['a.test.ts > keeps', 'b.test.ts > keeps entries', 'a.test.ts', 'a.test.ts > ']),
			problems([]),
		]).toEqual([[], ['no such test', 'no such file', 'no separator', 'no separator'], ['empty']]);
	});
});

describe('renderRequirementsPage', () => {
	it('shows scope, reason and proof of each requirement', () => {
		const page = renderRequirementsPage([
			{
				title: 'A document',
				requirements: {
					'X-1': { title: 'A | B', kinds: ['C', 'P'], scope: 'IN', proof: ['x/a.test.ts > a', 'x/a.test.ts > b'] },
					'X-2': { title: 'Evidence', kinds: ['F'], scope: 'PART', reason: 'the rest is elsewhere', proof: 'later' },
					'X-3': { title: 'Nothing', kinds: [], scope: 'OUT', reason: 'no concern' },
				},
			},
		]);
		expect(page).toMatchInlineSnapshot(`
			"# Requirements

			Generated from \`packages/telemetry-core/src/requirements\`; edit the data, not this page.

			| Source | Requirements | Proven by tests | Later | Out of scope |
			|---|---:|---:|---:|---:|
			| A document | 3 | 1 | 1 | 1 |
			| **All** | 3 | 1 | 1 | 1 |

			## A document

			| Id | Requirement | Kind | Scope | Proof |
			|---|---|---|---|---|
			| X-1 | A \\| B | compliance, performance | in | [a](../../x/a.test.ts)<br>[b](../../x/a.test.ts) |
			| X-2 | Evidence | functional | in part: the rest is elsewhere | later |
			| X-3 | Nothing |  | out: no concern | – |
			"
		`);
	});
});
