import { describe, expect, it } from 'vitest';
import { checkPackedManifest } from '../src/packed-manifest.ts';

const GOOD = {
	name: '@pipeline/x',
	version: '0.1.0',
	tarball: 'x.tgz',
	packedBytes: 10,
	unpackedBytes: 4 * 1024 * 1024,
	files: ['dist/index.js', 'package.json', 'LICENSE', 'README.md'],
	manifest: {
		dependencies: { valibot: '^1.5.0' },
		peerDependencies: { '@opentelemetry/api': '>=1.9.0 <2' },
		exports: { '.': './dist/index.js' },
	},
};

const messages = (change: Partial<typeof GOOD>): readonly string[] =>
	checkPackedManifest({ ...GOOD, ...change }).map(({ message }) => message);

describe('packed manifest', () => {
	it('passes what users need', () => {
		expect(messages({})).toEqual([]);
	});

	it('finds ranges that only the workspace understands, and pins', () => {
		const dependencies = { a: 'workspace:*', b: 'catalog:', valibot: '1.5.0' };
		expect(messages({ manifest: { ...GOOD.manifest, dependencies } })).toEqual([
			'@pipeline/x: a ships as workspace:*',
			'@pipeline/x: b ships as catalog:',
			'@pipeline/x: valibot ships pinned to 1.5.0: publish a range',
		]);
	});

	it('finds sources, tests, a missing build and too much of everything', () => {
		expect(
			messages({
				files: ['src/index.ts', 'lib/parse.test.js'],
				unpackedBytes: GOOD.unpackedBytes + 1,
				manifest: { ...GOOD.manifest, exports: { '.': { '@pipeline/source': './src/index.ts' } } as never },
			}),
		).toEqual([
			'@pipeline/x: exports lead to sources',
			'@pipeline/x: ships src/index.ts',
			'@pipeline/x: ships lib/parse.test.js',
			'@pipeline/x: ships no dist: build it first',
			'@pipeline/x: ships no LICENSE',
			'@pipeline/x: 4194305 bytes unpacked',
		]);
	});
});
