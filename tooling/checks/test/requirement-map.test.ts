import { describe, expect, it } from 'vitest';
import { checkRequirementMap } from '../src/requirement-map.ts';
import { fixtureTree } from './fixture-tree.ts';

function tree(requirements: unknown): string {
	return fixtureTree({
		'packages/telemetry-core/src/requirements/index.ts': `
			export const REQUIREMENT_SOURCES = [{ title: 'A', requirements: ${JSON.stringify(requirements)} }];
			export const brokenProofs = (sources: any, readTest: any) =>
				sources.flatMap((source: any) => Object.entries(source.requirements)).flatMap(([id, { proof }]: any) =>
					Array.isArray(proof) && readTest(proof[0]) === undefined ? [{ id, proof: proof[0], problem: 'no such file' }] : []);`,
		'packages/a/test/a.test.ts': '',
	});
}

describe('requirement map', () => {
	it('passes proven, later and reasoned ones, and a tree without requirements', async () => {
		const root = tree({
			'1.1': { scope: 'IN', proof: ['packages/a/test/a.test.ts'] },
			'1.2': { scope: 'PART', reason: 'the gate is elsewhere', proof: 'later' },
			'1.3': { scope: 'OUT', reason: 'platform' },
		});
		expect([await checkRequirementMap(root), await checkRequirementMap(fixtureTree({}))]).toEqual([[], []]);
	});

	it('finds gaps, missing reasons and proofs that are not there', async () => {
		const root = tree({
			'1.1': { scope: 'IN' },
			'1.2': { scope: 'OUT' },
			'1.3': { scope: 'IN', proof: ['packages/a/test/gone.test.ts'] },
		});
		expect((await checkRequirementMap(root)).map(({ message }) => message)).toEqual([
			'1.1 has neither a proof nor "later"',
			'1.2 is OUT without a reason',
			'1.3: no such file: packages/a/test/gone.test.ts',
		]);
	});
});
