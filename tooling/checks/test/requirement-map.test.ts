import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkRequirementMap } from '../src/requirement-map.ts';
import { fixtureTree } from './fixture-tree.ts';

const TESTS = `
	// it('only mentioned', () => {});
	describe('a group', () => {
		it('runs', () => {});
		it.each([1, 2])('runs with %i', () => {});
		it.skipIf(isWindows)('runs where it can', () => {});
		it.skip('is skipped', () => {});
		it.todo('is to be written');
	});
	describe.skip('a skipped group', () => {
		it('is not run', () => {});
	});`;

function tree(requirements: unknown): string {
	return fixtureTree({
		'packages/telemetry-core/src/requirements/index.ts': `
			export const REQUIREMENT_SOURCES = [{ title: 'A', requirements: ${JSON.stringify(requirements)} }];
			export const brokenProofs = (sources: any, titlesOf: any) =>
				sources.flatMap((source: any) => Object.entries(source.requirements)).flatMap(([id, { proof }]: any) =>
					Array.isArray(proof) && titlesOf(proof[0])?.has(proof[1]) !== true ? [{ id, proof: proof.join(), problem: 'missing' }] : []);`,
		'packages/a/test/a.test.ts': TESTS,
		'packages/a/src/a.ts': TESTS,
	});
}

describe('requirement map', () => {
	it('passes proven, later and reasoned ones, and a tree without requirements', async () => {
		const root = tree({
			'1.1': { scope: 'IN', proof: ['packages/a/test/a.test.ts', 'runs'] },
			'1.2': { scope: 'PART', reason: 'the gate is elsewhere', proof: 'later' },
			'1.3': { scope: 'OUT', reason: 'platform' },
		});
		expect([await checkRequirementMap(root), await checkRequirementMap(fixtureTree({}))]).toEqual([[], []]);
	});

	it('finds gaps, missing reasons and proofs that are not there', async () => {
		const root = tree({
			'1.1': { scope: 'IN' },
			'1.2': { scope: 'OUT' },
			'1.3': { scope: 'IN', proof: ['packages/a/test/gone.test.ts', 'runs'] },
			'1.4': { scope: 'IN', proof: ['packages/a/src/a.ts', 'runs'] },
		});
		expect((await checkRequirementMap(root)).map(({ message }) => message)).toEqual([
			'1.1 has neither a proof nor "later"',
			'1.2 is OUT without a reason',
			'1.3: missing: packages/a/test/gone.test.ts,runs',
			'1.4: missing: packages/a/src/a.ts,runs',
		]);
	});

	it.each([
		['a group', true],
		['runs', true],
		['runs with %i', true],
		['runs where it can', true],
		['run', false],
		['only mentioned', false],
		['is skipped', false],
		['is to be written', false],
		['is not run', false],
	])('takes the title %j for a proof: %s', async (title, isProof) => {
		const root = tree({ '1.1': { scope: 'IN', proof: ['packages/a/test/a.test.ts', title] } });
		expect(await checkRequirementMap(root)).toHaveLength(isProof ? 0 : 1);
	});

	it('of this repository names only tests that exist', async () => {
		expect(await checkRequirementMap(join(import.meta.dirname, '../../..'))).toEqual([]);
	});
});
