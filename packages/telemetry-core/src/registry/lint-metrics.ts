import { bucketBounds } from './buckets.ts';
import type { AttributeEntry, MetricEntry } from './entries.ts';
import type { KnownEntries, RegistryTables, Report } from './lint-subject.ts';
import { isUcum } from './ucum.ts';

/** Metrics have a unit, a name that says it, bounds if they need any, and attributes that stay few. */
export function lintMetrics(tables: RegistryTables, known: KnownEntries, report: Report): void {
	for (const [name, entry] of Object.entries(tables.metrics ?? {})) {
		if (!isUcum(entry.unit)) report('metric-unit', name, `${entry.unit} is no UCUM unit of ucum.ts`);
		lintSuffix(name, entry, report);
		lintBuckets(name, entry, report);
		for (const key of entry.attributes) lintKey(name, entry, key, known.attributes.get(key), report);
		for (const key of Object.keys(entry.values ?? {})) {
			if (!entry.attributes.includes(key))
				report('metric-values', name, `it has values for ${key}, but not the attribute`);
		}
		if (new Set(entry.attributes).size !== entry.attributes.length)
			report('metric-attribute', name, 'a key is listed twice');
	}
}

function lintSuffix(name: string, { kind, unit }: MetricEntry, report: Report): void {
	const has = (word: string) => new RegExp(`[._]${word}(?:_|$)`).test(name);
	const wrong = (message: string) => report('metric-suffix', name, message);
	if ((kind === 'counter') !== name.endsWith('_total')) wrong('counters end in _total, and nothing else does');
	if ((unit === 's') !== has('seconds')) wrong('a name with seconds has the unit s, and the other way round');
	if (/^By(?:\/|$)/.test(unit) !== has('bytes')) wrong('a name with bytes has the unit By, and the other way round');
	if (/(?:_ratio|_score|utilization)$/.test(name) && unit !== '1') wrong('a share or score has the unit 1');
	if (name.endsWith('_rate') && unit !== '1' && !unit.endsWith('/s'))
		wrong('a rate has the unit 1 or something per second');
}

function lintBuckets(name: string, { kind, buckets }: MetricEntry, report: Report): void {
	if (kind !== 'histogram') {
		if (buckets !== undefined) report('metric-buckets', name, 'only histograms have buckets');
		return;
	}
	const bounds = bucketBounds(buckets);
	if (bounds === undefined || bounds.length === 0) {
		report('metric-buckets', name, 'a histogram names a bucket family or lists its bounds');
	} else if (bounds.some((bound, position) => position > 0 && !(bound > (bounds[position - 1] ?? Number.NaN)))) {
		report('metric-buckets', name, 'bounds ascend');
	}
}

function lintKey(
	name: string,
	{ values }: MetricEntry,
	key: string,
	attribute: AttributeEntry | undefined,
	report: Report,
): void {
	if (attribute === undefined) {
		report('unknown-attribute', name, `${key} is in no attribute table`);
		return;
	}
	if (attribute.cap === undefined) {
		report('metric-attribute', name, `${key} has no cap: it may take any number of values`);
		return;
	}
	const taken = values?.[key] ?? [];
	if (taken.length > attribute.cap) {
		report('metric-values', name, `${key} takes ${taken.length} values here and is capped at ${attribute.cap}`);
	}
	const foreign = attribute.type === 'code' ? taken.filter((text) => !attribute.values?.includes(text)) : [];
	for (const text of foreign) report('metric-values', name, `${text} is no value of ${key}`);
}
