import { describe, expect, it } from 'vitest';
import { checkChangesets } from '../src/changesets.ts';
import { fixtureTree, manifest } from './fixture-tree.ts';

const TREE = {
	'packages/telemetry-core/package.json': manifest('@pipeline/telemetry-core'),
	'packages/telemetry-sdk/package.json': manifest('@pipeline/telemetry-sdk'),
	'packages/internal/package.json': manifest('@pipeline/internal', { private: true }),
	'.changeset/first.md': '---\n"@pipeline/telemetry-core": minor\n---\n\nFirst release.\n',
	'.changeset/empty.md': '---\n---\n',
};

describe('changesets', () => {
	it('asks for one where users notice a change', () => {
		const changed = [
			'packages/telemetry-core/src/index.ts',
			'packages/telemetry-sdk/src/index.ts',
			'packages/internal/src/index.ts',
		];
		expect(checkChangesets(fixtureTree(TREE), changed)).toEqual([
			{
				file: 'packages/telemetry-sdk',
				message: 'changed, and no changeset names @pipeline/telemetry-sdk: run `pnpm changeset`',
			},
		]);
	});

	it('finds a name that no package has', () => {
		const root = fixtureTree({ ...TREE, '.changeset/typo.md': '---\n"@pipeline/telemetri": patch\n---\n\nFix.\n' });
		expect(checkChangesets(root, [])).toEqual([
			{ file: '.changeset/typo.md', message: 'names @pipeline/telemetri, which is no package of this workspace' },
		]);
	});

	it('asks for none for tests, documentation, or without a history', () => {
		const changed = ['packages/telemetry-sdk/test/index.test.ts', 'packages/telemetry-sdk/README.md'];
		const root = fixtureTree(TREE);
		expect([checkChangesets(root, changed), checkChangesets(root, undefined)]).toEqual([[], []]);
	});
});
