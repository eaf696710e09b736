import { parse } from 'yaml';
import type { Finding } from './finding.ts';
import { filesUnder, manifestOf, packageFolders, textOf } from './tree.ts';

const FRONT_MATTER = /^---\n([\s\S]*?)\n---\n/;

/** Files whose change a user of the package notices. */
const USER_VISIBLE = /^packages\/[^/]+\/(?:src\/|package\.json$|tsup\.config\.ts$)/;

/** A changeset's mention of a package. */
interface Mention {
	readonly file: string;
	readonly name: string;
}

function mentions(root: string): readonly Mention[] {
	const files = filesUnder(root, '.changeset').filter((file) => file.endsWith('.md'));
	return files.flatMap((file) => {
		const front = FRONT_MATTER.exec(textOf(root, file) ?? '')?.[1];
		const bumps = front === undefined ? null : (parse(front) as Readonly<Record<string, string>> | null);
		return Object.keys(bumps ?? {}).map((name) => ({ file, name }));
	});
}

function unknown(root: string, mentioned: readonly Mention[]): readonly Finding[] {
	const names = new Set(packageFolders(root).map((folder) => manifestOf(root, folder)?.name));
	return mentioned
		.filter(({ name }) => !names.has(name))
		.map(({ file, name }) => ({ file, message: `names ${name}, which is no package of this workspace` }));
}

/**
 * Every published package with a user-visible change since the last release is named by a changeset, and changesets name packages that exist.
 *
 * @param changedFiles relative to the repository; undefined where that is unknown (no history): nothing is asked then
 */
export function checkChangesets(root: string, changedFiles: readonly string[] | undefined): readonly Finding[] {
	if (changedFiles === undefined) return [];
	const mentioned = mentions(root);
	const names = new Set(mentioned.map(({ name }) => name));
	const missing = packageFolders(root).flatMap((folder) => {
		const { name = folder, private: isPrivate = false } = manifestOf(root, folder) ?? {};
		const isChanged = changedFiles.some((file) => file.startsWith(`${folder}/`) && USER_VISIBLE.test(file));
		if (isPrivate || !isChanged || names.has(name)) return [];
		return [{ file: folder, message: `changed, and no changeset names ${name}: run \`pnpm changeset\`` }];
	});
	return [...unknown(root, mentioned), ...missing];
}
