import type { Finding } from './finding.ts';
import { foldersIn, textOf, typeScriptUnder } from './tree.ts';

const MAX_LINES = 300;
const PARENTS = ['packages', 'apps', 'apps/reference-pipeline/modules', 'tooling'];

interface FileLength {
	readonly file: string;
	readonly lines: number;
}

function lengthOf(text: string): number {
	return text === '' ? 0 : text.replace(/\n$/, '').split('\n').length;
}

function lengths(root: string): readonly FileLength[] {
	const folders = PARENTS.flatMap((parent) => foldersIn(root, parent).map((name) => `${parent}/${name}/src`));
	return folders.flatMap((folder) =>
		typeScriptUnder(root, folder).map((file) => ({ file, lines: lengthOf(textOf(root, file) ?? '') })),
	);
}

/** Source files longer than 300 lines: split them by what they do. */
export function checkLineBudget(root: string): readonly Finding[] {
	return lengths(root)
		.filter(({ lines }) => lines > MAX_LINES)
		.map(({ file, lines }) => ({ file, message: `has ${lines} lines, ${MAX_LINES} are the most: split it` }));
}

/** Number of source files, their median and largest length, for the line that `check` prints. */
export function lineStatistics(root: string): {
	readonly files: number;
	readonly median: number;
	readonly max: number;
} {
	const sorted = lengths(root)
		.map(({ lines }) => lines)
		.sort((a, b) => a - b);
	return { files: sorted.length, median: sorted[Math.floor(sorted.length / 2)] ?? 0, max: sorted.at(-1) ?? 0 };
}
