import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkGeneratedSections, writeGeneratedSections } from '../src/generated-sections.ts';
import { fixtureTree, manifest } from './fixture-tree.ts';

const README = 'packages/instrumentation-alpha/README.md';

function tree(readme: string): string {
	return fixtureTree({
		'packages/telemetry-core/package.json': manifest('@pipeline/telemetry-core'),
		'packages/telemetry-core/src/registry/module-documentation.ts': `
			export const isDocumentationSection = (name: string) => name === 'spans';
			export const renderSection = (module: string, section: string) => section + ' of ' + module;`,
		'packages/telemetry-core/src/registry/generated-sections.ts': `
			export const replaceGeneratedSections = (markdown: string, render: (name: string) => string) =>
				markdown.replace(/<!-- generated:(\\w+) -->[^]*<!-- \\/generated -->/, (_, name) =>
					'<!-- generated:' + name + ' -->' + render(name) + '<!-- /generated -->');`,
		'packages/telemetry-core/src/instrumentation/options.ts':
			"export const renderOptions = (table: object) => 'Options: ' + Object.keys(table).join(', ');",
		'packages/instrumentation-alpha/package.json': manifest('@pipeline/instrumentation-alpha'),
		'packages/instrumentation-alpha/src/config.ts':
			"export const LIMIT = 3; export const OPTIONS = { enabled: { type: 'boolean', env: 'X' } };",
		'packages/instrumentation-alpha/src/settings/documentation.ts': "export const renderSettings = () => 'Settings';",
		[README]: readme,
	});
}

const section = (name: string, text: string): string => `<!-- generated:${name} -->${text}<!-- /generated -->\n`;

describe('generated sections', () => {
	it('passes current ones', async () => {
		expect([
			await checkGeneratedSections(tree(section('spans', 'spans of alpha'))),
			await checkGeneratedSections(tree(section('options', 'Options: enabled'))),
			await checkGeneratedSections(tree(section('settings', 'Settings'))),
			await checkGeneratedSections(tree('no generated part')),
		]).toEqual([[], [], [], []]);
	});

	it('finds an old one and writes it anew', async () => {
		const root = tree(section('spans', 'spans of beta'));
		expect(await checkGeneratedSections(root)).toEqual([
			{ file: README, message: 'is out of date: run `pnpm check:fix`' },
		]);
		await writeGeneratedSections(root);
		expect(await checkGeneratedSections(root)).toEqual([]);
		expect(readFileSync(join(root, README), 'utf8')).toBe(section('spans', 'spans of alpha'));
	});

	it('finds one that nothing renders', async () => {
		expect(await checkGeneratedSections(tree(section('weather', '')))).toEqual([
			{ file: README, message: 'nothing renders the section "weather"' },
		]);
	});
});
