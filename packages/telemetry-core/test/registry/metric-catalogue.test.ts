import { describe, expect, it } from 'vitest';
import { BUCKET_FAMILIES, bucketBounds } from '../../src/registry/buckets.ts';
import { METRIC_CATALOGUE, METRICS_BY_MODULE } from '../../src/registry/metric-catalogue.ts';

const NAME =
	/^pipeline\.(alpha|beta|gamma|epsilon|phi|integration|telemetry)\.[a-z][a-z0-9_]*\.(counter|updowncounter|gauge|histogram)\.[a-z][a-z0-9_]*$/;

/** Never on metrics: one series per item, or free text. */
const UNBOUNDED =
	/^pipeline\.(record_id|batch_id|trace_id|lineage_id|correlation_id|execution_id|user_id|cache_key|key|url|message)$/;

const entries = Object.entries(METRIC_CATALOGUE);

describe('metric catalogue', () => {
	it('has every instrument of the seven modules', () => {
		const counts = Object.entries(METRICS_BY_MODULE).map(([module, table]) => [module, Object.keys(table).length]);
		expect(Object.fromEntries(counts)).toEqual({
			alpha: 56,
			beta: 48,
			gamma: 56,
			epsilon: 57,
			phi: 49,
			integration: 39,
			telemetry: 57,
		});
		expect(entries).toHaveLength(362);
	});

	it('keeps each metric in the table of its module', () => {
		const strays = Object.entries(METRICS_BY_MODULE).flatMap(([module, table]) =>
			Object.keys(table).filter((name) => name.split('.')[1] !== module),
		);
		expect(strays).toEqual([]);
	});

	it('follows the grammar, and the type in the name is the kind', () => {
		const wrong = entries.filter(([name, { kind }]) => NAME.exec(name)?.[2] !== kind.replace('observable_', ''));
		expect(wrong.map(([name]) => name)).toEqual([]);
	});

	it('ends names as their kind and unit demand', () => {
		const wrong = entries.filter(([name, { kind, unit }]) => {
			if ((kind === 'counter') !== name.endsWith('_total')) return true;
			if (unit === 's') return !/seconds(_|$)/.test(name);
			return unit === 'By' && !/bytes(_|$)/.test(name);
		});
		expect(wrong.map(([name]) => name)).toEqual([]);
	});

	it('gives ascending bounds to histograms and to nothing else', () => {
		const wrong = entries.filter(([, { kind, buckets }]) => {
			const bounds = bucketBounds(buckets);
			if (kind !== 'histogram') return buckets !== undefined;
			return bounds === undefined || bounds.some((bound, i) => i > 0 && bound <= (bounds[i - 1] ?? Infinity));
		});
		expect(wrong.map(([name]) => name)).toEqual([]);
	});

	it('puts no unbounded attribute on a metric and limits only attributes the metric has', () => {
		const wrong = entries.filter(([, { attributes, values }]) => {
			const repeated = new Set(attributes).size !== attributes.length;
			const foreign = Object.keys(values ?? {}).some((key) => !attributes.includes(key));
			return repeated || foreign || attributes.some((key) => UNBOUNDED.test(key));
		});
		expect(wrong.map(([name]) => name)).toEqual([]);
	});

	it('describes every metric in one sentence of its own', () => {
		const wrong = entries.filter(
			([, { description, emitted }]) => !/^[A-Z].{15,}\.$/.test(description) || emitted === '',
		);
		expect(wrong.map(([name]) => name)).toEqual([]);
	});
});

describe('bucketBounds', () => {
	it('resolves families and own lists, and nothing else', () => {
		expect([bucketBounds('io'), bucketBounds([1, 2]), bucketBounds('toString'), bucketBounds(undefined)]).toEqual([
			BUCKET_FAMILIES.io,
			[1, 2],
			undefined,
			undefined,
		]);
	});
});
