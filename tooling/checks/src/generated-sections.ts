import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Finding } from './finding.ts';
import { loadFromCore } from './registry.ts';
import { packageFolders, textOf } from './tree.ts';

type Render = (section: string) => string;
type RenderOptions = (table: Readonly<Record<string, object>>) => string;
type RenderSection = (module: string, section: string) => string;
type Replace = (markdown: string, render: Render) => string;

const OPENING = /<!-- generated:([a-z-]+) -->/g;
const REQUIREMENTS_PAGE = 'apps/docs/requirements.md';

/** A generated page and what it should read. */
interface Page {
	readonly file: string;
	readonly current: string | undefined;
	readonly expected: string;
}

class UnknownSectionError extends Error {
	readonly code = 'UNKNOWN_SECTION';
}

function isOptionTable(value: unknown): value is Readonly<Record<string, object>> {
	if (typeof value !== 'object' || value === null) return false;
	const options = Object.values(value);
	return (
		options.length > 0 &&
		options.every((option) => typeof option === 'object' && option !== null && 'type' in option && 'env' in option)
	);
}

async function optionTable(root: string, folder: string): Promise<Readonly<Record<string, object>> | undefined> {
	const path = join(root, folder, 'src/config.ts');
	if (!existsSync(path)) return undefined;
	const loaded = (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
	return Object.values(loaded).find(isOptionTable);
}

/** Module whose tables a package's README shows; `telemetry` is what the framework says about itself. */
function moduleOf(folder: string): string {
	const module = /^packages\/instrumentation-(.+)$/.exec(folder)?.[1];
	return module === 'integration-layer' ? 'integration' : (module ?? 'telemetry');
}

function named(exports: Readonly<Record<string, unknown>> | undefined, name: string): unknown {
	const value = exports?.[name];
	if (value === undefined) throw new UnknownSectionError(`telemetry-core exports no ${name}`);
	return value;
}

async function renderOf(root: string, folder: string, section: string): Promise<string> {
	if (section === 'options') {
		const table = await optionTable(root, folder);
		if (table === undefined) throw new UnknownSectionError('src/config.ts exports no table of options');
		return (named(await loadFromCore(root, 'instrumentation/options.ts'), 'renderOptions') as RenderOptions)(table);
	}
	if (section === 'settings') return renderSettings(root, folder);
	const documentation = await loadFromCore(root, 'registry/module-documentation.ts');
	if (!(named(documentation, 'isDocumentationSection') as (name: string) => boolean)(section))
		throw new UnknownSectionError(`nothing renders the section "${section}"`);
	return (named(documentation, 'renderSection') as RenderSection)(moduleOf(folder), section);
}

/** A package whose settings are no single table of options says itself how they are shown. */
async function renderSettings(root: string, folder: string): Promise<string> {
	const path = join(root, folder, 'src/settings/documentation.ts');
	if (!existsSync(path)) throw new UnknownSectionError('there is no src/settings/documentation.ts');
	const loaded = (await import(pathToFileURL(path).href)) as { readonly renderSettings: () => string };
	return loaded.renderSettings();
}

async function readmePage(root: string, folder: string, replace: Replace): Promise<Page | undefined> {
	const file = `${folder}/README.md`;
	const current = textOf(root, file);
	if (current === undefined || !current.includes('<!-- generated:')) return undefined;
	const names = new Set([...current.matchAll(OPENING)].map(([, section = '']) => section));
	const rendered = new Map<string, string>();
	for (const section of names) rendered.set(section, await renderOf(root, folder, section));
	const expected = replace(current, (section) => rendered.get(section) ?? '');
	return { file, current, expected };
}

async function requirementsPage(root: string): Promise<Page | undefined> {
	const requirements = await loadFromCore(root, 'requirements/index.ts');
	if (requirements === undefined) return undefined;
	const render = requirements['renderRequirementsPage'] as (sources: unknown) => string;
	return {
		file: REQUIREMENTS_PAGE,
		current: textOf(root, REQUIREMENTS_PAGE),
		expected: render(requirements['REQUIREMENT_SOURCES']),
	};
}

async function pages(root: string): Promise<readonly (Page | Finding)[]> {
	const replace = (await loadFromCore(root, 'registry/generated-sections.ts'))?.['replaceGeneratedSections'];
	const readmes =
		replace === undefined
			? []
			: packageFolders(root).map((folder) =>
					readmePage(root, folder, replace as Replace).catch((error: Error) => ({
						file: `${folder}/README.md`,
						message: error.message,
					})),
				);
	const found = await Promise.all([...readmes, requirementsPage(root)]);
	return found.filter((page) => page !== undefined);
}

/** Generated parts of READMEs and the requirements page say what the registry, the option tables and the requirements say. */
export async function checkGeneratedSections(root: string): Promise<readonly Finding[]> {
	return (await pages(root)).flatMap((page) => {
		if ('message' in page) return [page];
		if (page.current === page.expected) return [];
		return [{ file: page.file, message: 'is out of date: run `pnpm check:fix`' }];
	});
}

/** Writes every generated part anew. */
export async function writeGeneratedSections(root: string): Promise<void> {
	for (const page of await pages(root))
		if ('expected' in page && page.current !== page.expected) writeFileSync(join(root, page.file), page.expected);
}
