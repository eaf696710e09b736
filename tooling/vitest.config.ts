import { defineConfig } from 'vitest/config';

export default defineConfig({
	root: new URL('..', import.meta.url).pathname,
	define: { __PACKAGE_VERSION__: '"0.0.0-test"' },
	resolve: { conditions: ['@pipeline/source', 'node', 'import', 'default'] },
	ssr: { resolve: { conditions: ['@pipeline/source', 'node', 'import', 'default'] } },
	test: {
		include: ['packages/*/test/**/*.test.ts', 'apps/**/test/**/*.test.ts', 'tooling/*/test/**/*.test.ts'],
		exclude: ['**/node_modules/**', '**/dist/**'],
		coverage: {
			provider: 'v8',
			include: ['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts', 'apps/reference-pipeline/modules/*/src/**/*.ts'],
			reportsDirectory: 'coverage',
			reporter: ['text-summary', 'json-summary'],
		},
	},
});
