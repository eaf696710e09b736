import type { MetricDef, Observe } from '@pipeline/telemetry-core';
import { bucketBounds, lookUpMetric, type MetricEntry, TABLE_SIZE } from '@pipeline/telemetry-core/registry';
import { BucketBounds } from './bucket-bounds.ts';
import {
	CounterSeries,
	type CreateSeries,
	GaugeSeries,
	HistogramSeries,
	type Series,
	UpDownCounterSeries,
} from './series.ts';

/** Asked for values at each collection. */
export type Observer = (observe: Observe) => void;

/** One metric of the registry, with what has been bound or observes it. */
export interface Instrument {
	readonly name: string;
	readonly entry: MetricEntry;
	/** Registry base of the module that owns it. */
	readonly base: number;
	/** Histograms only. */
	readonly bounds: BucketBounds | undefined;
	/** By attribute set. */
	readonly series: Map<string, Series>;
	readonly observers: Set<Observer>;
	/** Undefined where only observers give values. */
	readonly create: CreateSeries | undefined;
}

/** @returns undefined for a definition whose table is not loaded in this process */
export function createInstrument(metric: MetricDef): Instrument | undefined {
	const named = lookUpMetric(metric);
	if (named === undefined) return undefined;
	const { name, entry } = named;
	const bounds = entry.kind === 'histogram' ? new BucketBounds(bucketBounds(entry.buckets) ?? []) : undefined;
	return {
		name,
		entry,
		base: Math.floor(metric / TABLE_SIZE),
		bounds,
		series: new Map(),
		observers: new Set(),
		create: creatorOf(entry.kind, bounds),
	};
}

function creatorOf(kind: MetricEntry['kind'], bounds: BucketBounds | undefined): CreateSeries | undefined {
	if (bounds !== undefined) return (...parts) => new HistogramSeries(...parts, bounds);
	if (kind === 'counter') return (...parts) => new CounterSeries(...parts);
	if (kind === 'updowncounter') return (...parts) => new UpDownCounterSeries(...parts);
	if (kind === 'gauge') return (...parts) => new GaugeSeries(...parts);
	return undefined;
}
