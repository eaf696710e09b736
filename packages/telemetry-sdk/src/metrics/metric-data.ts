import { type HrTime, ValueType } from '@opentelemetry/api';
import {
	AggregationTemporality,
	type DataPoint,
	DataPointType,
	type Histogram,
	type MetricData,
	type MetricDescriptor,
} from '@opentelemetry/sdk-metrics';
import type { MetricAttributes } from '@pipeline/telemetry-core';
import type { BucketBounds } from './bucket-bounds.ts';
import type { Instrument } from './instrument.ts';
import { countsOf, extremesOf, totalOf } from './series.ts';

/** What a series' `read` gave, or one that was observed. */
export interface Reading {
	readonly attributes: MetricAttributes;
	readonly values: ArrayLike<number>;
}

/** What all points of a collection share. */
export interface Frame {
	readonly startTime: HrTime;
	readonly endTime: HrTime;
	readonly temporality: AggregationTemporality;
}

/** A metric's readings in the SDK's form. */
export function metricData(
	{ entry, bounds }: Instrument,
	descriptor: MetricDescriptor,
	readings: readonly Reading[],
	{ startTime, endTime, temporality }: Frame,
): MetricData {
	const points = <T>(read: (values: ArrayLike<number>) => T): DataPoint<T>[] =>
		readings.map(({ attributes, values }) => ({ startTime, endTime, attributes, value: read(values) }));
	const common = { descriptor, aggregationTemporality: temporality };
	if (bounds !== undefined) {
		const isDelta = temporality === AggregationTemporality.DELTA;
		const dataPoints = points((values) => histogram(values, bounds, isDelta));
		return { ...common, dataPointType: DataPointType.HISTOGRAM, dataPoints };
	}
	const dataPoints = points(totalOf);
	if (entry.kind === 'gauge' || entry.kind === 'observable_gauge')
		return { ...common, dataPointType: DataPointType.GAUGE, dataPoints };
	return { ...common, dataPointType: DataPointType.SUM, dataPoints, isMonotonic: entry.kind === 'counter' };
}

/** An interval's own extremes are not known: they are kept since the start only. */
function histogram(values: ArrayLike<number>, bounds: BucketBounds, isDelta: boolean): Histogram {
	const counts = countsOf(values);
	return {
		buckets: { boundaries: [...bounds.values], counts },
		sum: totalOf(values),
		count: counts.reduce((sum, count) => sum + count, 0),
		...(isDelta ? {} : extremesOf(values)),
	};
}

export function descriptorOf(name: string, description: string, unit: string): MetricDescriptor {
	return { name, description, unit, valueType: ValueType.DOUBLE };
}

/** @param ms milliseconds since the Unix epoch */
export function hrTime(ms: number): HrTime {
	const whole = Math.floor(ms / 1_000);
	return [whole, Math.round((ms - whole * 1_000) * 1e6)];
}
