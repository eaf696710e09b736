import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { checkEntries } from '../src/packed-entries.ts';

const folder = mkdtempSync(join(tmpdir(), 'pipeline-entries-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('finds what does not parse or throws when it is loaded, in either format', () => {
	const manifest = {
		name: '@pipeline/fixture',
		type: 'module',
		exports: {
			'.': { import: './dist/index.js', require: './dist/index.cjs' },
			'./late': { import: './dist/late.js', require: './dist/index.cjs' },
			'./schema.json': './schema.json',
		},
	};
	mkdirSync(join(folder, 'dist'));
	writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
	writeFileSync(join(folder, 'dist/index.js'), 'export const one = 1;');
	writeFileSync(join(folder, 'dist/index.cjs'), 'module.exports = { one: 1 };');
	writeFileSync(join(folder, 'dist/late.js'), 'await Promise.resolve(); throw new Error("too late");');
	expect(checkEntries(folder, manifest)).toEqual([
		{ file: '@pipeline/fixture', message: "import of './late': too late" },
	]);
	writeFileSync(join(folder, 'dist/index.cjs'), 'exports.one = , 1;');
	expect(checkEntries(folder, manifest).map(({ message }) => message)).toEqual([
		"require of '.': Unexpected token ','",
		"require of './late': Unexpected token ','",
		"import of './late': too late",
	]);
});
