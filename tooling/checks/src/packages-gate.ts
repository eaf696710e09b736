import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { formatFinding } from './finding.ts';
import type { Gate } from './gate.ts';
import { checkEntries } from './packed-entries.ts';
import { checkPackedManifest } from './packed-manifest.ts';
import { type PackedPackage, withPackedPackages } from './packing.ts';
import { manifestOf, packageFolders } from './tree.ts';

function kilobytes(bytes: number): string {
	return `${(bytes / 1024).toFixed(0)} KB`;
}

function tool(root: string, command: string, args: readonly string[]): readonly string[] {
	const { status, stdout, stderr } = spawnSync(command, args, {
		cwd: root,
		encoding: 'utf8',
		env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
	});
	return status === 0 ? [] : [`${command} ${args.join(' ')}`, ...`${stdout}\n${stderr}`.trim().split('\n')];
}

function problems(root: string, packed: PackedPackage): readonly string[] {
	return [
		...checkPackedManifest(packed).map(formatFinding),
		...tool(root, 'publint', ['run', packed.tarball, '--strict']),
		// `node10` resolution knows no `exports`; the supported Node versions all do.
		...tool(root, 'attw', [packed.tarball, '--profile', 'node16', '--no-emoji', '--no-color']),
	];
}

function size({ name, packedBytes, unpackedBytes }: PackedPackage): string {
	return `${name.replace('@pipeline/', '')} ${kilobytes(packedBytes)} packed, ${kilobytes(unpackedBytes)} unpacked`;
}

/** What is packed of it can be loaded: the tarball is the built folder. */
const unloadable = (root: string, folder: string): readonly string[] =>
	checkEntries(join(root, folder), manifestOf(root, folder) ?? {}).map(formatFinding);

/** publint and attw on the tarballs that would be published, what they hold, that it can be loaded, and how large they are. */
export const packagesGate: Gate = {
	name: 'packed packages (publint, attw)',
	run: async (root) => {
		const folders = packageFolders(root);
		if (folders.length === 0) return { ok: true, details: [] };
		return withPackedPackages(root, (packages) => {
			const details = [
				...packages.flatMap((packed) => problems(root, packed)),
				...folders.flatMap((folder) => unloadable(root, folder)),
			];
			return { ok: details.length === 0, details, note: packages.map(size).join('; ') };
		});
	},
};
