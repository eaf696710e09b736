import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../../..');
const TELEMETRY = ['@pipeline/telemetry-core', '@pipeline/instrumentation-alpha'];
const TARGET = ['@pipeline/model', '@pipeline/alpha'];

/** Paths of tarballs, as a registry would serve them. */
export interface Tarballs {
	/** The instrumentation and what it needs. */
	readonly telemetry: readonly string[];
	/** The module that is followed; private, packed for this purpose only. */
	readonly target: readonly string[];
}

/** Packs built packages of the workspace with pnpm into `folder`. */
export function packTarballs(folder: string): Tarballs {
	const filters = [...TELEMETRY, ...TARGET].flatMap((name) => ['--filter', name]);
	const { status, stdout, stderr } = spawnSync('pnpm', [...filters, 'pack', '--json', '--pack-destination', folder], {
		cwd: ROOT,
		encoding: 'utf8',
		maxBuffer: 64 * 1024 * 1024,
		shell: process.platform === 'win32',
	});
	if (status !== 0) throw new Error(`pnpm pack failed: ${stderr || stdout}`);
	const packed = JSON.parse(stdout) as readonly { readonly name: string; readonly filename: string }[];
	const named = (wanted: readonly string[]) =>
		wanted.map((name) => {
			const found = packed.find((entry) => entry.name === name);
			if (found === undefined) throw new Error(`pnpm packed no ${name}`);
			return found.filename;
		});
	return { telemetry: named(TELEMETRY), target: named(TARGET) };
}
