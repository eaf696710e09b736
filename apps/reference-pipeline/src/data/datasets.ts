import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { RuleConfig } from '@pipeline/alpha';

/** Records that are read together: where they are, how many of them, and what they have to look like. */
export interface Dataset {
	/** Source name; the source id is `FILE:<name>`. */
	readonly name: string;
	readonly inputs: readonly string[];
	readonly limit?: number | undefined;
	readonly rules: readonly RuleConfig[];
}

// The package exports its code alone; its data lies beside it.
const DATA = join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '..', 'data');

/** Airports, which flights are enriched with. */
export const AIRPORTS_FILE = join(DATA, 'airports.csv');

const STRIKE_RULES: readonly RuleConfig[] = [
	{ id: 'VR01', requiredFields: ['Airport Name', 'Flight Date'] },
	{ id: 'VR02', fieldTypes: { 'Cost Total $': 'INTEGER' }, strictMode: false },
	{ id: 'VR03', fieldConstraints: { 'Airport Name': { maxLength: 200 } } },
	{ id: 'VR04', fieldConstraints: { 'Speed IAS in knots': { min: 0, max: 1_000 } }, severity: 'WARNING' },
	{ id: 'VR05', fieldPatterns: { 'Flight Date': String.raw`\d{4}-\d{2}-\d{2}` } },
	{ id: 'VR06', fieldEnums: { 'Wildlife Size': ['Small', 'Medium', 'Large'] }, severity: 'WARNING' },
	{ id: 'VR07', fieldConstraints: { 'Flight Date': { min: '1980-01-01', max: 'NOW' } } },
];

const FLIGHT_RULES: readonly RuleConfig[] = [
	{ id: 'VR01', requiredFields: ['origin', 'destination'] },
	{ id: 'VR02', fieldTypes: { delay: 'INTEGER', distance: 'INTEGER' }, strictMode: false },
	{ id: 'VR04', fieldConstraints: { distance: { min: 0, max: 20_000 } } },
	{ id: 'VR05', fieldPatterns: { origin: '[A-Z0-9]{3}', destination: '[A-Z0-9]{3}' } },
	{ id: 'VR08', consistencyRules: [{ left: 'origin', operator: 'NE', right: 'destination' }], severity: 'WARNING' },
];

const FLIGHTS_IN_JSON = 10_000;

/** All bird strikes, and flights from JSON and Parquet: 30,000 records in the default shares. */
export function referenceDatasets(records?: number): readonly Dataset[] {
	const all = [
		{ name: 'birdstrikes', inputs: [join(DATA, 'birdstrikes.csv')], limit: 10_000, rules: STRIKE_RULES },
		{ name: 'flights', inputs: [join(DATA, 'flights-10k.json')], limit: FLIGHTS_IN_JSON, rules: FLIGHT_RULES },
		{ name: 'flights-parquet', inputs: [join(DATA, 'flights-3m.parquet')], limit: 10_000, rules: FLIGHT_RULES },
	] as const;
	if (records === undefined) return all;
	let left = records;
	const taken: Dataset[] = [];
	for (const [at, dataset] of all.entries()) {
		// The Parquet file has millions of rows: it takes what is left.
		const limit = at === all.length - 1 ? left : Math.min(left, Math.ceil(records / all.length), dataset.limit);
		left -= limit;
		if (limit > 0) taken.push({ ...dataset, limit });
	}
	return taken;
}

/** Files of somebody's own: no rules but those every record has to keep. */
export function ownDataset(inputs: readonly string[], limit?: number): readonly Dataset[] {
	return [{ name: 'input', inputs, limit, rules: [{ id: 'VR11', fieldPolicies: {} }] }];
}
