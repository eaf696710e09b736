import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AlphaModule, type FileSourceOptions, ReferenceLookup, type RuleConfig } from '../src/index.ts';
import { FakeSender, runtime, sourceOf } from './fixtures.ts';

const data = join(import.meta.dirname, '..', 'node_modules', 'vega-datasets', 'data');

async function run(file: string, rules: readonly RuleConfig[], options: Partial<FileSourceOptions> = {}) {
	const sender = new FakeSender();
	const source = sourceOf(join(data, file), { maxRecordSizeBytes: 65_536, ...options });
	const lookup = new ReferenceLookup({ none: [] });
	const alpha = new AlphaModule({ source, rules, lookup, sender, runtime: runtime() });
	await alpha.start();
	const totals = await alpha.finished();
	const [first] = sender.batches[0]?.records ?? [];
	return {
		totals,
		first: first && Object.fromEntries(Object.entries(first.fields).map(([name, { fieldType }]) => [name, fieldType])),
	};
}

const airport = '[A-Z0-9]{3}';
const flightRules: RuleConfig[] = [
	{ id: 'VR01', requiredFields: ['date', 'delay', 'distance', 'origin', 'destination'] },
	{ id: 'VR02', fieldTypes: { delay: 'INTEGER', distance: 'INTEGER', origin: 'STRING' } },
	{ id: 'VR04', fieldConstraints: { distance: { min: 1 } } },
	{ id: 'VR05', fieldPatterns: { origin: airport, destination: airport } },
];

describe('vega-datasets', { timeout: 60_000 }, () => {
	it('flights-2k.json: every flight passes', async () => {
		const { totals, first } = await run('flights-2k.json', flightRules);
		expect([totals.ingested, totals.handedOff, first]).toEqual([
			2_000,
			2_000,
			{ date: 'STRING', delay: 'INTEGER', distance: 'INTEGER', origin: 'STRING', destination: 'STRING' },
		]);
	});

	it('birdstrikes.csv: every row is parsed', async () => {
		const { totals } = await run('birdstrikes.csv', [{ id: 'VR01', requiredFields: ['Airport Name', 'Flight Date'] }]);
		expect([totals.ingested, totals.handedOff, totals.parseFailed]).toEqual([10_000, 10_000, 0]);
	});

	it('flights-3m.parquet: the first 20 000 rows', async () => {
		const { totals, first } = await run('flights-3m.parquet', flightRules, { limit: 20_000 });
		expect([totals.fetched, totals.ingested, totals.parseFailed, first?.['delay']]).toEqual([
			20_000,
			20_000,
			0,
			'INTEGER',
		]);
	});
});
