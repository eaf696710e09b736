import type { MetricDef } from '../registry/definitions.ts';

/** Attribute key -> value. */
export type MetricAttributes = Readonly<Record<string, string>>;

/** A metric with its attributes fixed: what the record path calls. */
export interface BoundMetric {
	/** Counters and up-down counters. */
	add(value: number): void;
	/** Histograms and gauges. */
	record(value: number): void;
}

/** Reports one value of an observable gauge. */
export type Observe = (value: number, attributes?: MetricAttributes) => void;

export interface Metrics {
	bind(metric: MetricDef, attributes: MetricAttributes): BoundMetric;
	/** Calls `callback` at each collection until the returned function is called. */
	observe(metric: MetricDef, callback: (observe: Observe) => void): () => void;
}

const noopMetric: BoundMetric = { add() {}, record() {} };

/** Metrics off. */
export const noopMetrics: Metrics = { bind: () => noopMetric, observe: () => () => {} };
