import {
	type BoundMetric,
	type MetricAttributes,
	type MetricDef,
	type Metrics,
	noopMetrics,
	OTHER,
} from '@pipeline/telemetry-core';
import { metric as self } from '@pipeline/telemetry-core/telemetry';
import { type AttributeSet, attributeSet, otherAttributes } from './attribute-set.ts';
import { createInstrument, type Instrument, type Observer } from './instrument.ts';
import { type Observed, observeAll } from './observe-all.ts';
import type { Series } from './series.ts';
import { ValuePages } from './value-pages.ts';

const DROPPED = self['pipeline.telemetry.events.counter.events_dropped_total'];
const OVERFLOW = self['pipeline.telemetry.cardinality.counter.overflow_total'];
const MEMORY = self['pipeline.telemetry.overhead.gauge.memory_bytes'];

// The same for every metric.
const noop = noopMetrics.bind(DROPPED, {});

export interface BoundMetricsOptions {
	/** Attribute sets of one metric that are kept apart, the one that stands for all others included. @default 2000 */
	readonly maxSeriesPerMetric?: number;
	/** The same for all metrics together. @default 20000 */
	readonly maxSeries?: number;
	/** Milliseconds since the Unix epoch. */
	readonly now?: () => number;
	/** What may be shown of attributes. @default all */
	readonly redact?: (attributes: MetricAttributes) => MetricAttributes;
}

/**
 * Metrics whose handles add into typed arrays: a measurement costs some nanoseconds and allocates nothing. Readers get them by
 * `createMetricProducer`.
 *
 * Attribute sets beyond a limit share one series per metric, whose values are all `__other__`. Measurements that are not finite, or
 * negative where the kind does not allow it, are ignored. Both are counted in `pipeline.telemetry.*` metrics.
 */
export class BoundMetrics implements Metrics {
	/** When counting began, in milliseconds since the Unix epoch. */
	readonly startMs: number;
	readonly now: () => number;
	readonly #maxSeriesPerMetric: number;
	readonly #maxSeries: number;
	readonly #pages = new ValuePages();
	readonly #instruments = new Map<MetricDef, Instrument>();
	readonly #reject: () => void;
	readonly #redact: (attributes: MetricAttributes) => MetricAttributes;
	#series = 0;

	constructor({ maxSeriesPerMetric = 2_000, maxSeries = 20_000, now = Date.now, redact }: BoundMetricsOptions = {}) {
		this.#redact = redact ?? ((attributes) => attributes);
		this.#maxSeriesPerMetric = maxSeriesPerMetric;
		this.#maxSeries = maxSeries;
		this.now = now;
		this.startMs = now();
		const invalid = this.#self(DROPPED, { 'pipeline.signal': 'METRICS', 'pipeline.reason': 'INVALID' });
		this.#reject = () => invalid.add(1);
		this.observe(MEMORY, (observe) => observe(this.#pages.bytes, { 'pipeline.signal': 'METRICS' }));
	}

	/** Metrics that have been bound or are observed, in the order in which that happened first. */
	get instruments(): Iterable<Instrument> {
		return this.#instruments.values();
	}

	/** The one handle of a metric and an attribute set. One that does nothing for metrics that the registry does not know or that are observed. */
	bind(metric: MetricDef, attributes: MetricAttributes): BoundMetric {
		const instrument = this.#instrument(metric);
		if (instrument === undefined) return noop;
		const set = attributeSet(this.#redact(attributes));
		const known = instrument.series.get(set.key);
		if (known !== undefined) return known;
		const isFull = instrument.series.size >= this.#maxSeriesPerMetric - 1 || this.#series >= this.#maxSeries;
		if (!isFull) return this.#add(instrument, set) ?? noop;
		this.#countOverflow(instrument, set.attributes);
		const others = otherAttributes(set.attributes);
		return instrument.series.get(others.key) ?? this.#add(instrument, others) ?? noop;
	}

	/** Asks `observer` at each collection of each reader, until the returned function is called. */
	observe(metric: MetricDef, observer: Observer): () => void {
		const instrument = this.#instrument(metric);
		if (instrument?.entry.kind !== 'observable_gauge') return () => {};
		const own: Observer = (observe) =>
			observer((value, attributes) => observe(value, attributes && this.#redact(attributes)));
		instrument.observers.add(own);
		return () => instrument.observers.delete(own);
	}

	/** Asks the observers of a metric now. */
	observed(instrument: Instrument, onFailure: (error: unknown) => void): readonly Observed[] {
		return observeAll(instrument.observers, {
			maxPoints: this.#maxSeriesPerMetric,
			onInvalid: this.#reject,
			onOverflow: (attributes) => this.#countOverflow(instrument, attributes),
			onFailure: (error) => {
				this.#reject();
				onFailure(error);
			},
		});
	}

	#instrument(metric: MetricDef): Instrument | undefined {
		const known = this.#instruments.get(metric);
		if (known !== undefined) return known;
		const created = createInstrument(metric);
		if (created !== undefined) this.#instruments.set(metric, created);
		return created;
	}

	#add({ series, create }: Instrument, { key, attributes }: AttributeSet): Series | undefined {
		const created = create?.(attributes, this.#pages, this.#reject);
		if (created === undefined) return undefined;
		series.set(key, created);
		this.#series++;
		return created;
	}

	/** A handle for a metric about metrics, whatever the limits. */
	#self(metric: MetricDef, attributes: MetricAttributes): BoundMetric {
		const instrument = this.#instrument(metric);
		const set = attributeSet(attributes);
		return instrument?.series.get(set.key) ?? (instrument && this.#add(instrument, set)) ?? noop;
	}

	/** Once for each value that is replaced. */
	#countOverflow({ entry }: Instrument, attributes: MetricAttributes): void {
		for (const [key, value] of Object.entries(attributes)) {
			if (value === OTHER) continue;
			const attribute = entry.attributes.includes(key) ? key : OTHER;
			this.#self(OVERFLOW, { 'pipeline.attribute': attribute }).add(1);
		}
	}
}
