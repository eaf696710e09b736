import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Manifest } from './tree.ts';

/** A packed package, as a registry would get it. */
export interface PackedPackage {
	readonly name: string;
	readonly version: string;
	/** Absolute path of the tarball. */
	readonly tarball: string;
	readonly packedBytes: number;
	readonly unpackedBytes: number;
	/** Paths inside the package. */
	readonly files: readonly string[];
	/** Manifest inside the tarball, after pnpm's and our own rewriting. */
	readonly manifest: Manifest;
}

interface PnpmPacked {
	readonly name: string;
	readonly version: string;
	readonly filename: string;
	readonly size: number;
	readonly files: readonly { readonly path: string }[];
}

/** Packing failed; the message holds what pnpm said. */
export class PackingError extends Error {
	readonly code = 'PACKING_FAILED';
}

function manifestIn(tarball: string): Manifest {
	const { stdout } = spawnSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8' });
	return JSON.parse(stdout) as Manifest;
}

function describe(packed: PnpmPacked): PackedPackage {
	return {
		name: packed.name,
		version: packed.version,
		tarball: packed.filename,
		packedBytes: packed.size,
		unpackedBytes: gunzipSync(readFileSync(packed.filename)).length,
		files: packed.files.map(({ path }) => path),
		manifest: manifestIn(packed.filename),
	};
}

/**
 * Packs every published package of the workspace with pnpm and gives the result to `use`; the tarballs are removed
 * afterwards. Packages must be built.
 *
 * @throws PackingError
 */
export async function withPackedPackages<T>(
	root: string,
	use: (packages: readonly PackedPackage[]) => T | Promise<T>,
): Promise<T> {
	const folder = mkdtempSync(join(tmpdir(), 'pipeline-packed-'));
	try {
		const args = ['--filter', './packages/*', 'pack', '--json', '--pack-destination', folder];
		const { status, stdout, stderr, error } = spawnSync('pnpm', args, {
			cwd: root,
			encoding: 'utf8',
			maxBuffer: 64 * 1024 * 1024,
		});
		if (status !== 0) throw new PackingError(error?.message ?? (stderr || stdout));
		const parsed = JSON.parse(stdout) as PnpmPacked | readonly PnpmPacked[];
		const packed = (Array.isArray(parsed) ? parsed : [parsed]) as readonly PnpmPacked[];
		return await use(packed.map(describe));
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
