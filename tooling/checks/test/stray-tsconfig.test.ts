import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesUnder } from '../src/tree.ts';

const root = join(import.meta.dirname, '../../..');

function hasTsconfig(folder: string): boolean {
	if (existsSync(join(root, folder, 'tsconfig.json'))) return true;
	return folder !== '.' && hasTsconfig(dirname(folder));
}

describe('tools that look for a tsconfig.json upwards', () => {
	it('find one inside the repository for every TypeScript file, so that none above it counts', () => {
		const files = ['packages', 'apps', 'tooling'].flatMap((folder) => filesUnder(root, folder));
		expect(files.filter((file) => /\.ts$/.test(file) && !hasTsconfig(dirname(file)))).toEqual([]);
	});
});
