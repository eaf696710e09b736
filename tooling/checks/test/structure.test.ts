import { describe, expect, it } from 'vitest';
import { checkStructure } from '../src/structure.ts';
import { fixtureTree, manifest } from './fixture-tree.ts';

const PACKAGE = {
	'packages/instrumentation-alpha/package.json': manifest('@pipeline/instrumentation-alpha'),
	'packages/instrumentation-alpha/README.md': '',
	'packages/instrumentation-alpha/tsconfig.json': '',
	'packages/instrumentation-alpha/tsup.config.ts': '',
	'packages/instrumentation-alpha/test/parse.test.ts': '',
	'packages/instrumentation-alpha/src/index.ts': '',
	'packages/instrumentation-alpha/src/instrumentation.ts': '',
	'packages/instrumentation-alpha/src/attributes.ts': '',
	'packages/instrumentation-alpha/src/binding.ts': '',
	'packages/instrumentation-alpha/src/config.ts': '',
};

describe('structure', () => {
	it('passes an empty repository and a whole package', () => {
		expect([checkStructure(fixtureTree({})), checkStructure(fixtureTree(PACKAGE))]).toEqual([[], []]);
	});

	it('finds strays at the top level, but not what is ignored', () => {
		const root = fixtureTree({
			'README.md': '',
			'notes.md': '',
			'node_modules/x/y': '',
			'coverage/z': '',
			'a.tgz': '',
		});
		expect(checkStructure(root).map(({ file }) => file)).toEqual(['notes.md']);
	});

	it('finds what a package lacks', () => {
		const root = fixtureTree({
			'packages/telemetry-core/package.json': manifest('@pipeline/telemetry-core'),
			'packages/telemetry-core/src/index.ts': '',
			'packages/instrumentation-beta/package.json': manifest('@pipeline/instrumentation-beta'),
			'packages/instrumentation-beta/src/index.ts': '',
		});
		expect(checkStructure(root).map(({ file }) => file)).toEqual([
			'packages/instrumentation-beta/test',
			'packages/instrumentation-beta/README.md',
			'packages/instrumentation-beta/tsconfig.json',
			'packages/instrumentation-beta/tsup.config.ts',
			'packages/instrumentation-beta/src/instrumentation.ts',
			'packages/instrumentation-beta/src/attributes.ts',
			'packages/instrumentation-beta/src/binding.ts',
			'packages/instrumentation-beta/src/config.ts',
			'packages/telemetry-core/test',
			'packages/telemetry-core/README.md',
			'packages/telemetry-core/tsconfig.json',
			'packages/telemetry-core/tsup.config.ts',
		]);
	});

	it('finds file names that say nothing or are not kebab-case', () => {
		const root = fixtureTree({
			...PACKAGE,
			'packages/instrumentation-alpha/src/utils.ts': '',
			'packages/instrumentation-alpha/src/parse-helpers.ts': '',
			'packages/instrumentation-alpha/src/misc/parse.ts': '',
			'packages/instrumentation-alpha/src/parseRecord.ts': '',
			'packages/instrumentation-alpha/src/package-manager-name.ts': '',
		});
		expect(checkStructure(root).map(({ message }) => message)).toEqual([
			'is named "misc", which says nothing: name it after what it does',
			'is named "parse-helpers", which says nothing: name it after what it does',
			'"parseRecord" is not kebab-case',
			'is named "utils", which says nothing: name it after what it does',
		]);
	});
});
