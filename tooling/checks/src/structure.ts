import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './finding.ts';
import { filesUnder, foldersIn, packageFolders } from './tree.ts';

const TOP_LEVEL = new Set([
	...['packages', 'apps', 'tooling', '.changeset', '.ci', '.github', '.git'],
	...['package.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml', 'turbo.json'],
	...['README.md', 'LICENSE', 'SECURITY.md', '.gitignore'],
]);

/** Never committed, so never judged; the same as in .gitignore. */
const IGNORED = /^(?:node_modules|dist|coverage|out|\.turbo)$|\.(?:tgz|tsbuildinfo)$/;

const PACKAGE_ENTRIES = ['src', 'test', 'README.md', 'package.json', 'tsconfig.json', 'tsup.config.ts'];
const INSTRUMENTATION_FILES = ['index.ts', 'instrumentation.ts', 'attributes.ts', 'binding.ts', 'config.ts'];

/** Names that say nothing about what a file is for. `common` stays free for the registry's shared tables. */
const EMPTY_NAMES = /^(?:utils?|helpers?|misc|managers?|.*-(?:utils?|helpers?|manager))$/;
const KEBAB_CASE = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

function topLevel(root: string): readonly Finding[] {
	return readdirSync(root)
		.filter((name) => !TOP_LEVEL.has(name) && !IGNORED.test(name))
		.map((name) => ({ file: name, message: 'does not belong at the top level: move it to packages, apps or tooling' }));
}

function missing(root: string, folder: string, names: readonly string[]): readonly Finding[] {
	return names
		.filter((name) => !existsSync(join(root, folder, name)))
		.map((name) => ({ file: `${folder}/${name}`, message: 'is missing' }));
}

function packageShape(root: string, folder: string): readonly Finding[] {
	const isInstrumentation = folder.startsWith('packages/instrumentation-');
	return [
		...missing(root, folder, PACKAGE_ENTRIES),
		...(isInstrumentation ? missing(root, `${folder}/src`, INSTRUMENTATION_FILES) : []),
	];
}

function sourceFolders(root: string): readonly string[] {
	const parents = ['packages', 'apps', 'apps/reference-pipeline/modules', 'tooling'];
	return parents.flatMap((parent) => foldersIn(root, parent).map((name) => `${parent}/${name}/src`));
}

function nameProblem(segment: string): string | undefined {
	if (EMPTY_NAMES.test(segment)) return `is named "${segment}", which says nothing: name it after what it does`;
	return KEBAB_CASE.test(segment) ? undefined : `"${segment}" is not kebab-case`;
}

function names(root: string, folder: string): readonly Finding[] {
	return filesUnder(root, folder)
		.filter((file) => /\.tsx?$/.test(file))
		.flatMap((file) => {
			const segments = file.slice(folder.length + 1).split('/');
			const problems = segments.map((segment) => nameProblem(segment.replace(/(?:\.d)?\.tsx?$/, '')));
			return problems.filter((problem) => problem !== undefined).map((message) => ({ file, message }));
		});
}

/** Where things are: the top level, the shape of every package, and file names that say what is inside. */
export function checkStructure(root: string): readonly Finding[] {
	return [
		...topLevel(root),
		...packageFolders(root).flatMap((folder) => packageShape(root, folder)),
		...sourceFolders(root).flatMap((folder) => names(root, folder)),
	];
}
