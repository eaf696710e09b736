import type { Meter, MetricOptions, ObservableResult, MetricAttributes as OtelAttributes } from '@opentelemetry/api';
import { bucketBounds } from '../registry/buckets.ts';
import { lookUpMetric, TABLE_SIZE } from '../registry/define.ts';
import type { MetricDef } from '../registry/definitions.ts';
import type { MetricEntry } from '../registry/entries.ts';
import {
	type BoundMetric,
	type MetricAttributes,
	type Metrics,
	noopMetrics,
	type Observe,
} from '../signals/metrics.ts';

type Instrument = (value: number, attributes: OtelAttributes) => void;

/** Metrics on the OpenTelemetry API: an instrument per registry entry, a handle that repeats its attributes at each call. */
export class OpenTelemetryMetrics implements Metrics {
	readonly #meterOf: (base: number) => Meter;
	readonly #instruments = new Map<MetricDef, Instrument>();

	/** @param meterOf the meter of the module that owns a definition's base */
	constructor(meterOf: (base: number) => Meter) {
		this.#meterOf = meterOf;
	}

	bind(metric: MetricDef, attributes: MetricAttributes): BoundMetric {
		const instrument = this.#instrument(metric);
		if (instrument === undefined) return noopMetrics.bind(metric, attributes);
		const record = (value: number) => instrument(value, attributes);
		return { add: record, record };
	}

	observe(metric: MetricDef, callback: (observe: Observe) => void): () => void {
		const named = lookUpMetric(metric);
		if (named === undefined || named.entry.kind !== 'observable_gauge') return () => {};
		const gauge = this.#meter(metric).createObservableGauge(named.name, optionsOf(named.entry));
		const listener = (result: ObservableResult) => {
			callback((value, attributes) => {
				if (Number.isFinite(value)) result.observe(value, attributes);
			});
		};
		gauge.addCallback(listener);
		return () => gauge.removeCallback(listener);
	}

	#instrument(metric: MetricDef): Instrument | undefined {
		const known = this.#instruments.get(metric);
		if (known !== undefined) return known;
		const named = lookUpMetric(metric);
		const created = named && create(this.#meter(metric), named.name, named.entry);
		if (created !== undefined) this.#instruments.set(metric, created);
		return created;
	}

	#meter(metric: MetricDef): Meter {
		return this.#meterOf(Math.floor(metric / TABLE_SIZE));
	}
}

function optionsOf(entry: MetricEntry): MetricOptions {
	const explicitBucketBoundaries = bucketBounds(entry.buckets);
	return {
		unit: entry.unit,
		description: entry.description,
		...(explicitBucketBoundaries === undefined
			? {}
			: { advice: { explicitBucketBoundaries: [...explicitBucketBoundaries] } }),
	};
}

function create(meter: Meter, name: string, entry: MetricEntry): Instrument | undefined {
	const options = optionsOf(entry);
	switch (entry.kind) {
		case 'counter': {
			const counter = meter.createCounter(name, options);
			return (value, attributes) => counter.add(value, attributes);
		}
		case 'updowncounter': {
			const counter = meter.createUpDownCounter(name, options);
			return (value, attributes) => counter.add(value, attributes);
		}
		case 'gauge': {
			const gauge = meter.createGauge(name, options);
			return (value, attributes) => gauge.record(value, attributes);
		}
		case 'histogram': {
			const histogram = meter.createHistogram(name, options);
			return (value, attributes) => histogram.record(value, attributes);
		}
		case 'observable_gauge':
			return undefined;
	}
}
