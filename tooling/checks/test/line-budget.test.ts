import { describe, expect, it } from 'vitest';
import { checkLineBudget, lineStatistics } from '../src/line-budget.ts';
import { fixtureTree } from './fixture-tree.ts';

const lines = (count: number): string => 'export {};\n'.repeat(count);

describe('line budget', () => {
	it('accepts 300 lines and rejects 301', () => {
		const root = fixtureTree({
			'packages/a/src/longest.ts': lines(300),
			'packages/a/src/too-long.ts': lines(301),
			'packages/a/test/free.test.ts': lines(900),
			'apps/reference-pipeline/modules/alpha/src/too-long.ts': lines(302),
		});
		expect(checkLineBudget(root)).toEqual([
			{ file: 'packages/a/src/too-long.ts', message: 'has 301 lines, 300 are the most: split it' },
			{
				file: 'apps/reference-pipeline/modules/alpha/src/too-long.ts',
				message: 'has 302 lines, 300 are the most: split it',
			},
		]);
	});

	it('reports number, median and longest', () => {
		const root = fixtureTree({
			'packages/a/src/one.ts': lines(1),
			'packages/a/src/two.ts': lines(20),
			'tooling/b/src/three.ts': lines(30),
		});
		expect([lineStatistics(root), lineStatistics(fixtureTree({}))]).toEqual([
			{ files: 3, median: 20, max: 30 },
			{ files: 0, median: 0, max: 0 },
		]);
	});
});
