import { defineConfig } from 'vitest/config';

/** Where a run leaves its totals as JSON, for `.ci/run`; people read the default report only. */
const resultsFile = process.env['TEST_RESULTS_FILE'];

export default defineConfig({
	root: new URL('..', import.meta.url).pathname,
	define: { __PACKAGE_VERSION__: '"0.0.0-test"' },
	resolve: { conditions: ['@pipeline/source', 'node', 'import', 'default'] },
	ssr: { resolve: { conditions: ['@pipeline/source', 'node', 'import', 'default'] } },
	test: {
		include: ['packages/*/test/**/*.test.ts', 'apps/**/test/**/*.test.ts', 'tooling/*/test/**/*.test.ts'],
		// All cores: on two of them the default is one worker.
		maxWorkers: '100%',
		// A busy machine is no failure: nothing here waits for time to pass.
		testTimeout: 60_000,
		hookTimeout: 60_000,
		exclude: ['**/node_modules/**', '**/dist/**'],
		reporters: resultsFile === undefined ? ['default'] : ['default', ['json', { outputFile: resultsFile }]],
		coverage: {
			enabled: process.env['TEST_COVERAGE'] === '1',
			provider: 'v8',
			include: ['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts', 'apps/reference-pipeline/modules/*/src/**/*.ts'],
			reportsDirectory: 'coverage',
			reporter: ['text-summary', 'json-summary'],
			thresholds: {
				'packages/*/src/**': { lines: 90, statements: 90, functions: 90, branches: 90 },
			},
		},
	},
});
