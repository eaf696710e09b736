import { bucketBounds } from '../../src/registry/buckets.ts';
import type { MetricEntry } from '../../src/registry/entries.ts';
import type { MetricTable } from '../../src/registry/metric-catalogue.ts';
import { prometheusLabel, prometheusName } from '../../src/registry/prometheus.ts';

const TYPES = {
	counter: 'counter',
	updowncounter: 'gauge',
	gauge: 'gauge',
	observable_gauge: 'gauge',
	histogram: 'histogram',
} as const;

function labels(keys: readonly string[], ...more: string[]): string {
	const all = [...keys.map((key) => `${prometheusLabel(key)}="x"`), ...more];
	return all.length === 0 ? '' : `{${all.join(',')}}`;
}

function samples(name: string, entry: MetricEntry): readonly string[] {
	if (entry.kind !== 'histogram') return [`${name}${labels(entry.attributes)} 1`];
	const bounds = [...(bucketBounds(entry.buckets) ?? []).map(String), '+Inf'];
	return [
		...bounds.map((bound) => `${name}_bucket${labels(entry.attributes, `le="${bound}"`)} 1`),
		`${name}_sum${labels(entry.attributes)} 0`,
		`${name}_count${labels(entry.attributes)} 1`,
	];
}

/** One sample of every metric in the Prometheus text format, grouped as a scrape would give them. */
export function exposition(metrics: MetricTable): string {
	return Object.entries(metrics)
		.flatMap(([metric, entry]) => {
			const name = prometheusName(metric);
			return [`# HELP ${name} ${entry.description}`, `# TYPE ${name} ${TYPES[entry.kind]}`, ...samples(name, entry)];
		})
		.join('\n')
		.concat('\n');
}
