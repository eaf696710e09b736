import { emptyResource } from '@opentelemetry/resources';
import {
	AggregationTemporality,
	type CollectionResult,
	InstrumentType,
	type MetricData,
	type MetricProducer,
	type PushMetricExporter,
	type ScopeMetrics,
} from '@opentelemetry/sdk-metrics';
import type { Scope } from '@pipeline/telemetry-core';
import { prometheusName } from '@pipeline/telemetry-core/registry';
import type { BoundMetrics } from './bound-metrics.ts';
import type { Instrument } from './instrument.ts';
import { IntervalReadings } from './interval-readings.ts';
import { descriptorOf, type Frame, hrTime, metricData, type Reading } from './metric-data.ts';
import { prometheusUnit } from './prometheus-unit.ts';

export interface MetricProducerOptions {
	/** Name and version under which a module's metrics are exported, by the registry base of the module. */
	readonly scopeOf: (base: number) => Scope;
	/**
	 * `delta`: counters and histograms since the last collection; only for a reader that is known to want it, since readers do not convert
	 * what producers give. @default cumulative
	 */
	readonly temporality?: 'cumulative' | 'delta';
	/** `prometheus`: the registry's Prometheus names, for a reader that is scraped. @default opentelemetry */
	readonly names?: 'opentelemetry' | 'prometheus';
}

/** What an exporter wants of counters and histograms: `delta` when that is its preference for counters. */
export function temporalityOf(exporter: PushMetricExporter): 'cumulative' | 'delta' {
	const wanted = exporter.selectAggregationTemporality?.(InstrumentType.COUNTER);
	return wanted === AggregationTemporality.DELTA ? 'delta' : 'cumulative';
}

/**
 * Hands bound metrics to one reader of the OpenTelemetry SDK (its `metricProducers` option). A second reader needs a second producer.
 * Collecting never fails; what observers throw is in the result's `errors`.
 */
export function createMetricProducer(metrics: BoundMetrics, options: MetricProducerOptions): MetricProducer {
	const collector = new Collector(metrics, options);
	return { collect: async () => collector.collect() };
}

class Collector {
	readonly #metrics: BoundMetrics;
	readonly #scopeOf: (base: number) => Scope;
	readonly #intervals: IntervalReadings | undefined;
	readonly #isPrometheus: boolean;
	#lastMs: number;

	constructor(metrics: BoundMetrics, { scopeOf, temporality, names }: MetricProducerOptions) {
		this.#metrics = metrics;
		this.#scopeOf = scopeOf;
		this.#intervals = temporality === 'delta' ? new IntervalReadings() : undefined;
		this.#isPrometheus = names === 'prometheus';
		this.#lastMs = metrics.startMs;
	}

	collect(): CollectionResult {
		const errors: unknown[] = [];
		const startMs = this.#metrics.startMs;
		const endMs = this.#metrics.now();
		const endTime = hrTime(endMs);
		const cumulative = { startTime: hrTime(startMs), endTime, temporality: AggregationTemporality.CUMULATIVE };
		const delta = { startTime: hrTime(this.#lastMs), endTime, temporality: AggregationTemporality.DELTA };
		const byModule = new Map<number, MetricData[]>();
		for (const instrument of [...this.#metrics.instruments]) {
			const isDelta = this.#intervals?.covers(instrument) === true;
			const data = this.#collectOne(instrument, isDelta ? delta : cumulative, (error) => errors.push(error));
			if (data === undefined) continue;
			const ofModule = byModule.get(instrument.base);
			if (ofModule === undefined) byModule.set(instrument.base, [data]);
			else ofModule.push(data);
		}
		this.#lastMs = endMs;
		return { resourceMetrics: { resource: emptyResource(), scopeMetrics: this.#scoped(byModule, errors) }, errors };
	}

	#collectOne(instrument: Instrument, frame: Frame, onError: (error: unknown) => void): MetricData | undefined {
		const readings =
			instrument.create === undefined ? this.#observed(instrument, onError) : this.#read(instrument, frame);
		if (readings.length === 0) return undefined;
		const { description, unit } = instrument.entry;
		const name = this.#isPrometheus ? prometheusName(instrument.name) : instrument.name;
		const shownUnit = this.#isPrometheus ? prometheusUnit(name, unit) : unit;
		return metricData(instrument, descriptorOf(name, description, shownUnit), readings, frame);
	}

	#observed(instrument: Instrument, onError: (error: unknown) => void): readonly Reading[] {
		const observed = this.#metrics.observed(instrument, onError);
		return observed.map(({ attributes, value }) => ({ attributes, values: [value] }));
	}

	#read({ series }: Instrument, { temporality }: Frame): readonly Reading[] {
		const intervals = temporality === AggregationTemporality.DELTA ? this.#intervals : undefined;
		const readings: Reading[] = [];
		for (const one of series.values()) {
			const total = one.read();
			const values = total && intervals !== undefined ? intervals.since(one, total) : total;
			if (values !== undefined) readings.push({ attributes: one.attributes, values });
		}
		return readings;
	}

	#scoped(byModule: ReadonlyMap<number, MetricData[]>, errors: unknown[]): ScopeMetrics[] {
		return [...byModule].map(([base, data]) => ({ scope: this.#scope(base, errors), metrics: data }));
	}

	#scope(base: number, errors: unknown[]): Scope {
		try {
			const { name, version } = this.#scopeOf(base);
			return { name, version };
		} catch (error) {
			errors.push(error);
			return { name: '', version: '' };
		}
	}
}
