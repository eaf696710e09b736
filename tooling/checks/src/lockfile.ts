import { parse } from 'yaml';
import type { Finding } from './finding.ts';
import { textOf } from './tree.ts';

const LOCKFILE = 'pnpm-lock.yaml';

/**
 * OpenTelemetry packages that may be installed twice, and why. They serve a package that still needs the 2.x line.
 */
const ALLOWED_TWICE: Readonly<Record<string, string>> = {};

interface Lockfile {
	readonly packages?: Readonly<Record<string, unknown>>;
}

/** Versions by package name, from the keys `name@version` of the lockfile. */
function versionsByName(text: string): ReadonlyMap<string, readonly string[]> {
	const versions = new Map<string, string[]>();
	const { packages } = parse(text) as Lockfile;
	for (const key of Object.keys(packages ?? {})) {
		const at = key.lastIndexOf('@');
		const name = key.slice(0, at);
		versions.set(name, [...(versions.get(name) ?? []), key.slice(at + 1)]);
	}
	return versions;
}

/** One copy of each `@opentelemetry/*`: a second one has its own globals and classes, and telemetry ends up in neither. */
export function checkSingleCopies(root: string): readonly Finding[] {
	const text = textOf(root, LOCKFILE);
	if (text === undefined) return [];
	return [...versionsByName(text)]
		.filter(([name, versions]) => name.startsWith('@opentelemetry/') && versions.length > 1 && !(name in ALLOWED_TWICE))
		.map(([name, versions]) => ({
			file: LOCKFILE,
			message: `${name} is installed ${versions.length} times: ${versions.join(', ')}`,
		}));
}

/** No registry host in the lockfile: it must install from whichever registry its reader has configured. */
export function checkLockfileHosts(root: string): readonly Finding[] {
	const lines = textOf(root, LOCKFILE)?.split('\n') ?? [];
	return lines.flatMap((line, index) =>
		/https?:\/\/|\btarball:|git\+ssh/.test(line) && !/^\s*deprecated:|^\s+(?:on|at|see|please)\b/i.test(line)
			? [{ file: LOCKFILE, line: index + 1, message: `names a host: ${line.trim().slice(0, 80)}` }]
			: [],
	);
}
