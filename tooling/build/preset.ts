import { readFileSync } from 'node:fs';
import type { Options } from 'tsup';

/**
 * How every package of the workspace is built: ESM and CJS with types for both, one shared chunk for several
 * entries (separate builds would give each entry its own copy of a class), the version read from package.json.
 */
export function preset(entry: Record<string, string>, overrides: Options = {}): Options {
	const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
	return {
		entry,
		format: ['esm', 'cjs'],
		target: 'node22',
		dts: true,
		splitting: true,
		// The CommonJS build has no `import.meta.url` of its own: without it the file does not even parse.
		shims: true,
		sourcemap: true,
		clean: true,
		define: { __PACKAGE_VERSION__: JSON.stringify(version) },
		// Constants are written where they are used: record paths are a tenth faster. Not in CommonJS: what makes it of ECMAScript modules puts class
		// fields into the middle of expressions that are written so, and the file does not parse.
		esbuildOptions(options, { format }) {
			options.minifySyntax = format === 'esm';
		},
		...overrides,
	};
}
