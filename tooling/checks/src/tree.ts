import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SKIPPED = new Set(['node_modules', 'dist', 'coverage', 'out', '.turbo', '.git']);

/** Names of the folders directly in `folder`, sorted; none if it does not exist. */
export function foldersIn(root: string, folder: string): readonly string[] {
	const path = join(root, folder);
	if (!existsSync(path)) return [];
	return readdirSync(path, { withFileTypes: true })
		.filter((entry) => entry.isDirectory() && !SKIPPED.has(entry.name))
		.map((entry) => entry.name)
		.sort();
}

/** Folders of the published packages, e.g. `packages/telemetry-core`. A folder without a manifest is none yet. */
export function packageFolders(root: string): readonly string[] {
	return foldersIn(root, 'packages')
		.map((name) => `packages/${name}`)
		.filter((folder) => existsSync(join(root, folder, 'package.json')));
}

/** Folders of the reference modules. */
export function moduleFolders(root: string): readonly string[] {
	const parent = 'apps/reference-pipeline/modules';
	return foldersIn(root, parent).map((name) => `${parent}/${name}`);
}

/** Folders of the applications that have a manifest. */
export function appFolders(root: string): readonly string[] {
	return foldersIn(root, 'apps')
		.map((name) => `apps/${name}`)
		.filter((folder) => existsSync(join(root, folder, 'package.json')));
}

/** Every file below `folder` (itself relative to `root`), relative to `root`, sorted; installed and built ones left out. */
export function filesUnder(root: string, folder: string): readonly string[] {
	const path = join(root, folder);
	if (!existsSync(path)) return [];
	return readdirSync(path, { withFileTypes: true })
		.flatMap((entry) => {
			if (SKIPPED.has(entry.name)) return [];
			const file = folder === '' ? entry.name : `${folder}/${entry.name}`;
			if (entry.isDirectory()) return filesUnder(root, file);
			return entry.isFile() ? [file] : [];
		})
		.sort();
}

/** TypeScript files below `folder`, declaration files left out. */
export function typeScriptUnder(root: string, folder: string): readonly string[] {
	return filesUnder(root, folder).filter((file) => /\.[cm]?tsx?$/.test(file) && !/\.d\.[cm]?ts$/.test(file));
}

/** Text of a file of the tree, undefined where there is none. */
export function textOf(root: string, file: string): string | undefined {
	const path = join(root, file);
	return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** The manifest fields that the checks read. */
export interface Manifest {
	readonly name?: string;
	readonly version?: string;
	readonly private?: boolean;
	readonly dependencies?: Readonly<Record<string, string>>;
	readonly peerDependencies?: Readonly<Record<string, string>>;
	readonly devDependencies?: Readonly<Record<string, string>>;
	readonly optionalDependencies?: Readonly<Record<string, string>>;
	readonly exports?: unknown;
	readonly files?: readonly string[];
}

/** `package.json` of a folder, undefined where there is none. */
export function manifestOf(root: string, folder: string): Manifest | undefined {
	const text = textOf(root, `${folder}/package.json`);
	return text === undefined ? undefined : (JSON.parse(text) as Manifest);
}
