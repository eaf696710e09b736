import { describe, expect, it } from 'vitest';
import { checkRegistryNames } from '../src/registry-names.ts';
import { fixtureTree, manifest } from './fixture-tree.ts';

const REGISTRY = `export const alphaEntries = {
	attributes: { 'pipeline.source_id': {} },
	spans: { 'alpha.parser.parse': {} },
	spanEvents: {},
	events: { 'pipeline.alpha.parser.audit.parse_failed': {} },
	errors: {},
	metrics: { 'pipeline.alpha.parser.counter.records_parsed_total': {} },
};`;

function tree(source: string, registry = REGISTRY): string {
	return fixtureTree({
		'packages/telemetry-core/src/registry/alpha/index.ts': registry,
		'packages/instrumentation-alpha/package.json': manifest('@pipeline/instrumentation-alpha'),
		'packages/instrumentation-alpha/src/parse.ts': source,
	});
}

describe('registry names', () => {
	it('passes registered ones and text of other shapes', async () => {
		const source = `export const names = [
			'alpha.parser.parse', 'pipeline.alpha.parser.counter.records_parsed_total',
			'pipeline.alpha.parser.audit.parse_failed', 'pipeline.source_id', 'alpha.parser', 'pipeline.journal',
		];`;
		expect(await checkRegistryNames(tree(source))).toEqual([]);
	});

	it('finds others', async () => {
		const source =
			"export const a = 'alpha.parser.guess';\nexport const b = `pipeline.alpha.parser.counter.guesses_total`;";
		expect(await checkRegistryNames(tree(source))).toEqual([
			{
				file: 'packages/instrumentation-alpha/src/parse.ts',
				line: 1,
				message: '"alpha.parser.guess" is no span of the registry',
			},
			{
				file: 'packages/instrumentation-alpha/src/parse.ts',
				line: 2,
				message: '"pipeline.alpha.parser.counter.guesses_total" is no metric, event or attribute of the registry',
			},
		]);
	});
});
