import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
	brokenProofs,
	REQUIREMENT_SOURCES,
	type Requirement,
	renderRequirementsPage,
} from '../../src/requirements/index.ts';
import { EXPECTED_IDS } from './expected-ids.ts';

const repository = new URL('../../../../', import.meta.url);

function readTest(file: string): string | undefined {
	try {
		return readFileSync(new URL(file, repository), 'utf8');
	} catch {
		return undefined;
	}
}

function sourceWith(requirement: Requirement) {
	return [{ title: 'A document', requirements: { 'X-1': requirement } }];
}

describe('requirement map', () => {
	const ids = REQUIREMENT_SOURCES.flatMap(({ requirements }) => Object.keys(requirements));

	it('has every id exactly once', () => {
		expect([...ids].sort()).toEqual([...EXPECTED_IDS].sort());
		expect(new Set(ids).size).toBe(245);
	});

	it('names only tests that exist', () => {
		expect(brokenProofs(REQUIREMENT_SOURCES, readTest)).toEqual([]);
	});
});

describe('brokenProofs', () => {
	const files = new Map([['a.test.ts', "it('keeps entries', …)"]]);
	const problems = (proof: readonly string[]) =>
		brokenProofs(sourceWith({ title: 'Entries stay', kinds: ['C'], scope: 'IN', proof }), (file) =>
			files.get(file),
		).map(({ problem }) => problem);

	it('tells what is wrong with each reference', () => {
		expect([
			problems(['a.test.ts > keeps entries']),
			problems(['a.test.ts > loses entries', 'b.test.ts > keeps entries', 'a.test.ts', 'a.test.ts > ']),
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
					'X-1': { title: 'A | B', kinds: ['C', 'P'], scope: 'IN', proof: ['a.test.ts > a', 'a.test.ts > b'] },
					'X-2': { title: 'Evidence', kinds: ['F'], scope: 'PART', reason: 'the rest is elsewhere', proof: 'later' },
					'X-3': { title: 'Nothing', kinds: [], scope: 'OUT', reason: 'no concern' },
				},
			},
		]);
		expect(page).toMatchInlineSnapshot(`
			"# Requirements

			Generated from \`packages/telemetry-core/src/requirements\`; edit the data, not this page.

			3 requirements, 2 of them in scope or in part, 1 proven by tests.

			## A document

			| Id | Requirement | Kind | Scope | Proof |
			|---|---|---|---|---|
			| X-1 | A \\| B | compliance, performance | in | \`a.test.ts > a\`<br>\`a.test.ts > b\` |
			| X-2 | Evidence | functional | in part: the rest is elsewhere | later |
			| X-3 | Nothing |  | out: no concern | – |
			"
		`);
	});
});
