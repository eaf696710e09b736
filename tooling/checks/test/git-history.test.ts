import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { changedFiles } from '../src/git-history.ts';
import { fixtureTree } from './fixture-tree.ts';

function git(root: string, ...args: readonly string[]): void {
	const identity = ['-c', 'user.name=test', '-c', 'user.email=test@localhost', '-c', 'commit.gpgsign=false'];
	execFileSync('git', [...identity, ...args], { cwd: root, stdio: 'ignore' });
}

describe('changed files', () => {
	it('are all of them before the first release, and the differing ones after it', () => {
		vi.stubEnv('GITHUB_BASE_REF', '');
		const root = fixtureTree({ 'a.ts': '1', 'b.ts': '1' });
		git(root, 'init');
		git(root, 'add', '.');
		git(root, 'commit', '-m', 'first');
		const before = changedFiles(root);
		git(root, 'tag', '@pipeline/telemetry-core@0.1.0');
		writeFileSync(join(root, 'b.ts'), '2');
		writeFileSync(join(root, 'c.ts'), '2');
		expect([before, changedFiles(root)]).toEqual([
			['a.ts', 'b.ts'],
			['b.ts', 'c.ts'],
		]);
		vi.unstubAllEnvs();
	});

	it('are unknown outside of a repository', () => {
		expect(changedFiles(fixtureTree({}))).toBeUndefined();
	});
});
