import type { Finding } from './finding.ts';
import { filesUnder, textOf } from './tree.ts';

const TEXT_FILE = /\.(?:[cm]?[jt]sx?|json|ya?ml|md|sh|sql|html|css|txt)$|^(?:LICENSE|\.gitignore)$|^\.ci\/run$/;

/** This check and its test name what they look for; the lockfile and the licence are not ours to word. */
const EXEMPT = /^(?:pnpm-lock\.yaml|LICENSE|tooling\/checks\/(?:src|test)\/forbidden-words(?:\.test)?\.ts)$/;

const FORBIDDEN: readonly (readonly [RegExp, string])[] = [
	[/(?<![\w.])\/(?:root|home\/\w+|Users\/\w+|work)\/[\w.-]/, 'a path of one machine'],
	[/\b(?:TODO|FIXME|XXX|HACK)\b/, 'an unfinished thought: do it, or write a decision record'],
	[/^(?:<{7}|>{7}|={7})(?: |$)/m, 'a merge conflict'],
	[/lorem ipsum/i, 'filler text'],
	[/\bregistry\.(?:npmjs|yarnpkg|npmmirror)\b/, 'a registry host: readers use their own'],
	[/\b(?:describe|it|test)\.only\(/, 'a test that switches the others off'],
	[/^\s*debugger;?\s*$/m, 'a left-over breakpoint'],
];

function lineAt(text: string, index: number): number {
	return text.slice(0, index).split('\n').length;
}

function findingsIn(file: string, text: string): readonly Finding[] {
	return FORBIDDEN.flatMap(([pattern, what]) => {
		const match = pattern.exec(text);
		return match === null ? [] : [{ file, line: lineAt(text, match.index), message: `"${match[0].trim()}": ${what}` }];
	});
}

/** Words that do not belong into a published repository: machine paths, registry hosts, unfinished thoughts. */
export function checkForbiddenWords(root: string): readonly Finding[] {
	return filesUnder(root, '')
		.filter((file) => TEXT_FILE.test(file) && !EXEMPT.test(file))
		.flatMap((file) => findingsIn(file, textOf(root, file) ?? ''));
}
