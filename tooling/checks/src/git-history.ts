import { spawnSync } from 'node:child_process';

function git(root: string, args: readonly string[]): string | undefined {
	const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
	return status === 0 ? stdout.trim() : undefined;
}

function lines(text: string | undefined): readonly string[] {
	return text === undefined || text === '' ? [] : text.split('\n');
}

/** Where this work began: the target branch of a pull request, else the last release. */
function base(root: string): string | undefined {
	const target = process.env['GITHUB_BASE_REF'];
	const merged =
		target === undefined || target === '' ? undefined : git(root, ['merge-base', `origin/${target}`, 'HEAD']);
	return merged ?? git(root, ['describe', '--tags', '--abbrev=0', '--match', '@pipeline/*']);
}

/** Files that differ from the last release or target branch; every file before the first release; undefined without git. */
export function changedFiles(root: string): readonly string[] | undefined {
	if (git(root, ['rev-parse', '--is-inside-work-tree']) === undefined) return undefined;
	const from = base(root);
	const tracked = from === undefined ? git(root, ['ls-files']) : git(root, ['diff', '--name-only', from]);
	return [...lines(tracked), ...lines(git(root, ['ls-files', '--others', '--exclude-standard']))];
}
