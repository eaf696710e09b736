import { describe, expect, it } from 'vitest';
import { METRICS_BY_MODULE } from '../../src/registry/metric-catalogue.ts';
import { isDocumentationSection, renderSection } from '../../src/registry/module-documentation.ts';

const MODULES = ['alpha', 'beta', 'gamma', 'epsilon', 'phi', 'integration', 'telemetry'] as const;

describe('renderSection', () => {
	it.each(MODULES)('gives every metric of %s a row', (module) => {
		const rows = renderSection(module, 'metrics').split('\n').slice(2);
		expect(rows.map((row) => row.split('`')[1])).toEqual(Object.keys(METRICS_BY_MODULE[module]));
	});

	it.each(MODULES)('explains every attribute that the metrics of %s carry', (module) => {
		const explained = renderSection(module, 'attributes');
		const carried = new Set(Object.values(METRICS_BY_MODULE[module]).flatMap(({ attributes }) => attributes));
		expect([...carried].filter((key) => !explained.includes(`| \`${key}\` |`))).toEqual([]);
	});

	it('has spans and errors of a module', () => {
		expect([renderSection('alpha', 'spans'), renderSection('alpha', 'errors')]).toEqual([
			expect.stringContaining('| `alpha.'),
			expect.stringContaining('| PERMANENT |'),
		]);
	});

	it('knows its sections', () => {
		expect(['metrics', 'span-events', 'toString'].map(isDocumentationSection)).toEqual([true, true, false]);
	});
});
