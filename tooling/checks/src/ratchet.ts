import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './finding.ts';
import { countAny } from './source-text.ts';
import { textOf, typeScriptUnder } from './tree.ts';

const FILE = 'tooling/checks/ratchet.json';
const FOLDERS = ['packages', 'apps', 'tooling'];

/** How often a rule is set aside, by way of doing so. */
export interface RatchetCounts {
	/** The type `any`. */
	readonly any: number;
	/** `@ts-ignore` and `@ts-nocheck`. */
	readonly typeIgnores: number;
	/** Comments that switch a lint rule off. */
	readonly lintIgnores: number;
}

const TYPE_IGNORE = /@ts-(?:ignore|nocheck)\b/g;
const LINT_IGNORE = /(?:biome-ignore|oxlint-disable|eslint-disable)\b/g;

/** Files that name the patterns because they look for them. */
const EXEMPT = /^tooling\/checks\/(?:src\/ratchet|test\/ratchet\.test)\.ts$/;

function occurrences(text: string, pattern: RegExp): number {
	return text.match(pattern)?.length ?? 0;
}

/** Counts over every TypeScript file of the repository, tests and benches included. */
export function countExemptions(root: string): RatchetCounts {
	const files = FOLDERS.flatMap((folder) => typeScriptUnder(root, folder)).filter((file) => !EXEMPT.test(file));
	const counts = { any: 0, typeIgnores: 0, lintIgnores: 0 };
	for (const file of files) {
		const text = textOf(root, file) ?? '';
		counts.any += countAny(file, text);
		counts.typeIgnores += occurrences(text, TYPE_IGNORE);
		counts.lintIgnores += occurrences(text, LINT_IGNORE);
	}
	return counts;
}

function allowed(root: string): RatchetCounts {
	const path = join(root, FILE);
	const none = { any: 0, typeIgnores: 0, lintIgnores: 0 };
	return existsSync(path) ? { ...none, ...(JSON.parse(readFileSync(path, 'utf8')) as Partial<RatchetCounts>) } : none;
}

/** Counts may only fall: above the stored number is a failure, below it asks for the lower number to be stored. */
export function checkRatchet(root: string): readonly Finding[] {
	const limit = allowed(root);
	return Object.entries(countExemptions(root)).flatMap(([name, count]) => {
		const most = limit[name as keyof RatchetCounts];
		if (count === most) return [];
		const message =
			count > most
				? `${name}: ${count}, at most ${most} are allowed: remove the new one`
				: `${name}: fell to ${count}, ${most} is stored: run \`pnpm check:fix\` to keep it there`;
		return [{ file: FILE, message }];
	});
}

/** Stores counts that have fallen; leaves those that have grown. */
export function lowerRatchet(root: string): void {
	const limit = allowed(root);
	const counts = countExemptions(root);
	const lowered = {
		any: Math.min(limit.any, counts.any),
		typeIgnores: Math.min(limit.typeIgnores, counts.typeIgnores),
		lintIgnores: Math.min(limit.lintIgnores, counts.lintIgnores),
	};
	writeFileSync(join(root, FILE), `${JSON.stringify(lowered, undefined, 2)}\n`);
}
