import type { MetricEntry } from './entries.ts';
import { EXCEPTIONS, FURTHER_SOURCES, GROUPED_BY } from './legacy-labels.ts';
import type { MetricTable } from './metric-catalogue.ts';

/** One unified metric that feeds a legacy metric. */
export interface LegacySource {
	/** Unified name, or a semantic-convention name. */
	readonly metric: string;
	/** Legacy label -> attribute key; all other attributes are summed away. */
	readonly labels: Readonly<Record<string, string>>;
	/** Labels with a fixed value. */
	readonly constants?: Readonly<Record<string, string>>;
	/** Only points whose attributes have these values count. */
	readonly where?: Readonly<Record<string, string>>;
	/** Unified value -> legacy value, where a state was numbered differently. */
	readonly values?: Readonly<Record<number, number>>;
	/** The number of observations of a histogram instead of the histogram. */
	readonly part?: 'count';
}

/** A name from before the catalogue and where its values come from today. */
export interface LegacyMetric {
	readonly name: string;
	/** At least one; several are one metric whose points lie side by side (their labels differ). */
	readonly sources: readonly LegacySource[];
}

const GROUPED = /_by_([a-z]+)$/;

function shortLabel(attributeKey: string): string {
	return attributeKey.replace(/^pipeline\./, '').replaceAll('.', '_');
}

function keptLabels(legacyName: string, entry: MetricEntry): Readonly<Record<string, string>> {
	const dimension = GROUPED.exec(legacyName)?.[1];
	const grouped = dimension === undefined ? undefined : GROUPED_BY[dimension];
	if (dimension !== undefined && grouped !== undefined) return { [dimension]: grouped };
	return Object.fromEntries(entry.attributes.map((key) => [shortLabel(key), key]));
}

function sourceOf(legacyName: string, metric: string, entry: MetricEntry): LegacySource {
	return { metric, ...(EXCEPTIONS[legacyName] ?? { labels: keptLabels(legacyName, entry) }) };
}

/**
 * The legacy view of a catalogue, sorted by legacy name: every former name with its sources. A `…_by_<dimension>` name
 * keeps that label only, the others keep what they are known to have had, else all attributes under their short keys.
 */
export function legacyMetrics(metrics: MetricTable): readonly LegacyMetric[] {
	const sources = new Map<string, LegacySource[]>();
	for (const [metric, entry] of Object.entries(metrics)) {
		for (const name of entry.legacy ?? []) {
			const known = sources.get(name) ?? [];
			sources.set(name, [...known, sourceOf(name, metric, entry)]);
		}
	}
	for (const [name, further] of Object.entries(FURTHER_SOURCES)) {
		sources.set(name, [...(sources.get(name) ?? []), ...further]);
	}
	return [...sources].map(([name, list]) => ({ name, sources: list })).sort((a, b) => (a.name < b.name ? -1 : 1));
}
