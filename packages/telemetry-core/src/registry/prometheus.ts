import type { MetricEntry } from './entries.ts';

const TYPE_SEGMENT = /^(pipeline\.[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*)\.(?:counter|updowncounter|gauge|histogram)\./;

/** Series a Prometheus histogram has besides its own name. */
const HISTOGRAM_SUFFIXES = ['_bucket', '_sum', '_count'] as const;

/**
 * Name of a metric in Prometheus: without the type segment, dots as underscores.
 * Units and `_total` are part of the name already, so an exporter must add none. Names outside the catalogue's grammar
 * (semantic conventions) only have their dots replaced.
 */
export function prometheusName(metricName: string): string {
	return metricName.replace(TYPE_SEGMENT, '$1.').replaceAll('.', '_');
}

/** Name of an attribute as a Prometheus label. */
export function prometheusLabel(attributeKey: string): string {
	return attributeKey.replaceAll('.', '_');
}

/** Metrics that would write to one and the same Prometheus series name. */
export interface PrometheusCollision {
	readonly seriesName: string;
	readonly metrics: readonly string[];
}

function seriesNames(metricName: string, kind: MetricEntry['kind']): readonly string[] {
	const name = prometheusName(metricName);
	return kind === 'histogram' ? [name, ...HISTOGRAM_SUFFIXES.map((suffix) => name + suffix)] : [name];
}

/** Every series name that two or more metrics share, a histogram's `_bucket`, `_sum` and `_count` included. */
export function prometheusCollisions(
	metrics: Readonly<Record<string, Pick<MetricEntry, 'kind'>>>,
): readonly PrometheusCollision[] {
	const users = new Map<string, string[]>();
	for (const [metricName, { kind }] of Object.entries(metrics)) {
		for (const series of seriesNames(metricName, kind)) {
			const known = users.get(series);
			if (known === undefined) users.set(series, [metricName]);
			else known.push(metricName);
		}
	}
	return [...users]
		.filter(([, names]) => names.length > 1)
		.map(([seriesName, names]) => ({ seriesName, metrics: names }));
}
