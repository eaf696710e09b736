import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import config from '../../vitest.config.ts';

const root = join(import.meta.dirname, '../../..');

describe('coverage', () => {
	it('is held at 90 % of all packages, branches included', () => {
		const thresholds = config.test?.coverage?.thresholds as Record<string, object>;
		expect(thresholds['packages/*/src/**']).toEqual({ lines: 90, statements: 90, functions: 90, branches: 90 });
	});

	it('is measured wherever everything is tested', () => {
		expect(readFileSync(join(root, '.ci/run'), 'utf8')).toMatch(/TEST_COVERAGE=1 .*PNPM\[@\]\}" test/);
	});
});
