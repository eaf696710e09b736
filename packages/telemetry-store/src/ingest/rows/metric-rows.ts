import type {
	Buckets,
	Exemplar,
	ExponentialHistogramPoint,
	HistogramPoint,
	Measured,
	Metric,
	NumberPoint,
	OtlpSource,
	Point,
	SummaryPoint,
} from '../../otlp/otlp-types.ts';
import { attributeTexts, serviceNameOf } from './attribute-text.ts';
import { secondsOf } from './nanosecond-text.ts';

const NO_TRACE = '0'.repeat(32);
const NO_SPAN = '0'.repeat(16);

export interface MetricRow {
	readonly table: string;
	readonly row: object;
	/** Of which it is the row. */
	readonly point: Point;
}

/** Columns of `otel_metrics_*` that all metrics of a source share. */
export function metricSourceRow({ resource, resourceSchemaUrl, scope, scopeSchemaUrl }: OtlpSource): object {
	return {
		ResourceAttributes: attributeTexts(resource.attributes),
		ResourceSchemaUrl: resourceSchemaUrl,
		ScopeName: scope.name,
		ScopeVersion: scope.version,
		ScopeAttributes: attributeTexts(scope.attributes),
		ScopeDroppedAttrCount: scope.droppedAttributesCount,
		ScopeSchemaUrl: scopeSchemaUrl,
		ServiceName: serviceNameOf(resource.attributes),
	};
}

/** How many points a metric has: rows, and what a partial success counts. */
export function pointsOf(metric: Metric): number {
	const { gauge, sum, histogram, exponentialHistogram, summary } = metric;
	return [gauge, sum, histogram, exponentialHistogram, summary].reduce(
		(count, kind) => count + (kind?.dataPoints.length ?? 0),
		0,
	);
}

/** The other columns of every point, each with its table, as the Collector's exporter fills them. */
export function* metricRows(metric: Metric): Generator<MetricRow> {
	const { gauge, sum, histogram, exponentialHistogram, summary } = metric;
	for (const point of gauge?.dataPoints ?? []) {
		yield { table: 'otel_metrics_gauge', row: numberRow(metric, point), point };
	}
	for (const point of sum?.dataPoints ?? []) {
		const { aggregationTemporality, isMonotonic } = sum ?? {};
		const row = {
			...numberRow(metric, point),
			AggregationTemporality: aggregationTemporality,
			IsMonotonic: isMonotonic,
		};
		yield { table: 'otel_metrics_sum', row, point };
	}
	for (const point of histogram?.dataPoints ?? []) {
		const row = {
			...histogramRow(metric, point),
			BucketCounts: point.bucketCounts.map(String),
			ExplicitBounds: point.explicitBounds.map(double),
			AggregationTemporality: histogram?.aggregationTemporality,
		};
		yield { table: 'otel_metrics_histogram', row, point };
	}
	for (const point of exponentialHistogram?.dataPoints ?? []) {
		const row = {
			...histogramRow(metric, point),
			...exponentialColumns(point),
			AggregationTemporality: exponentialHistogram?.aggregationTemporality,
		};
		yield { table: 'otel_metrics_exponential_histogram', row, point };
	}
	for (const point of summary?.dataPoints ?? []) {
		yield { table: 'otel_metrics_summary', row: summaryRow(metric, point), point };
	}
}

function pointRow({ name, description, unit }: Metric, point: Point): object {
	return {
		MetricName: name,
		MetricDescription: description,
		MetricUnit: unit,
		Attributes: attributeTexts(point.attributes),
		StartTimeUnix: secondsOf(point.startTimeUnixNano),
		TimeUnix: secondsOf(point.timeUnixNano),
		Flags: point.flags,
	};
}

function numberRow(metric: Metric, point: NumberPoint): object {
	return { ...pointRow(metric, point), Value: measured(point), ...exemplarColumns(point.exemplars) };
}

function histogramRow(metric: Metric, point: HistogramPoint | ExponentialHistogramPoint): object {
	return {
		...pointRow(metric, point),
		Count: String(point.count),
		Sum: double(point.sum ?? 0),
		Min: double(point.min ?? 0),
		Max: double(point.max ?? 0),
		...exemplarColumns(point.exemplars),
	};
}

function exponentialColumns({ scale, zeroCount, positive, negative }: ExponentialHistogramPoint): object {
	return {
		Scale: scale,
		ZeroCount: String(zeroCount),
		PositiveOffset: positive?.offset ?? 0,
		PositiveBucketCounts: countsOf(positive),
		NegativeOffset: negative?.offset ?? 0,
		NegativeBucketCounts: countsOf(negative),
	};
}

const countsOf = (buckets: Buckets | undefined): readonly string[] => buckets?.bucketCounts.map(String) ?? [];

function summaryRow(metric: Metric, point: SummaryPoint): object {
	return {
		...pointRow(metric, point),
		Count: String(point.count),
		Sum: double(point.sum),
		'ValueAtQuantiles.Quantile': point.quantileValues.map(({ quantile }) => double(quantile)),
		'ValueAtQuantiles.Value': point.quantileValues.map(({ value }) => double(value)),
	};
}

function exemplarColumns(exemplars: readonly Exemplar[]): object {
	return {
		'Exemplars.FilteredAttributes': exemplars.map(({ filteredAttributes }) => attributeTexts(filteredAttributes)),
		'Exemplars.TimeUnix': exemplars.map(({ timeUnixNano }) => secondsOf(timeUnixNano)),
		'Exemplars.Value': exemplars.map(measured),
		'Exemplars.SpanId': exemplars.map(({ spanId }) => spanId || NO_SPAN),
		'Exemplars.TraceId': exemplars.map(({ traceId }) => traceId || NO_TRACE),
	};
}

function measured({ asDouble, asInt }: Measured): number | string {
	return double(asDouble ?? Number(asInt ?? 0n));
}

/** JSON has no number for these; the engine reads the words. */
function double(value: number): number | string {
	if (Number.isFinite(value)) return value;
	return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}
