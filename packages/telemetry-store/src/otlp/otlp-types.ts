/** What a request is about. */
export type Signal = 'traces' | 'logs' | 'metrics';
export type OtlpEncoding = 'protobuf' | 'json';

/** An OTLP AnyValue. Integers that a double does not hold are bigints; undefined: no value. */
export type OtlpValue = string | number | bigint | boolean | Uint8Array | readonly OtlpValue[] | OtlpMap | undefined;

/** Key-values of a value, as they came: a key may stand there twice. */
export class OtlpMap {
	readonly entries: Attributes;

	constructor(entries: Attributes) {
		this.entries = entries;
	}
}

/** Attributes as they came: a key may stand there twice. */
export type Attributes = readonly (readonly [key: string, value: OtlpValue])[];

/** Ids are lowercase hexadecimal text, empty for none; instants are nanoseconds since the Unix epoch, 0 for none. */
export interface Span {
	traceId: string;
	spanId: string;
	traceState: string;
	parentSpanId: string;
	name: string;
	kind: number;
	startTimeUnixNano: bigint;
	endTimeUnixNano: bigint;
	attributes: Attributes;
	events: readonly SpanEvent[];
	links: readonly SpanLink[];
	status: SpanStatus | undefined;
}

export interface SpanEvent {
	timeUnixNano: bigint;
	name: string;
	attributes: Attributes;
}

export interface SpanLink {
	traceId: string;
	spanId: string;
	traceState: string;
	attributes: Attributes;
}

export interface SpanStatus {
	message: string;
	code: number;
}

export interface LogRecord {
	timeUnixNano: bigint;
	observedTimeUnixNano: bigint;
	severityNumber: number;
	severityText: string;
	body: OtlpValue;
	attributes: Attributes;
	flags: number;
	traceId: string;
	spanId: string;
	eventName: string;
}

/** One of the kinds has points; none: a metric without any. */
export interface Metric {
	name: string;
	description: string;
	unit: string;
	gauge: { dataPoints: readonly NumberPoint[] } | undefined;
	sum: (Points<NumberPoint> & { isMonotonic: boolean }) | undefined;
	histogram: Points<HistogramPoint> | undefined;
	exponentialHistogram: Points<ExponentialHistogramPoint> | undefined;
	summary: { dataPoints: readonly SummaryPoint[] } | undefined;
}

export interface Points<Point> {
	dataPoints: readonly Point[];
	aggregationTemporality: number;
}

export interface Point {
	attributes: Attributes;
	startTimeUnixNano: bigint;
	timeUnixNano: bigint;
	flags: number;
}

/** A measurement: one of the two, or none. */
export interface Measured {
	asDouble: number | undefined;
	asInt: bigint | undefined;
}

export interface Exemplar extends Measured {
	filteredAttributes: Attributes;
	timeUnixNano: bigint;
	spanId: string;
	traceId: string;
}

export interface NumberPoint extends Point, Measured {
	exemplars: readonly Exemplar[];
}

export interface HistogramPoint extends Point {
	count: bigint;
	sum: number | undefined;
	bucketCounts: readonly bigint[];
	explicitBounds: readonly number[];
	exemplars: readonly Exemplar[];
	min: number | undefined;
	max: number | undefined;
}

export interface Buckets {
	offset: number;
	bucketCounts: readonly bigint[];
}

export interface ExponentialHistogramPoint extends Point {
	count: bigint;
	sum: number | undefined;
	scale: number;
	zeroCount: bigint;
	positive: Buckets | undefined;
	negative: Buckets | undefined;
	exemplars: readonly Exemplar[];
	min: number | undefined;
	max: number | undefined;
}

export interface SummaryPoint extends Point {
	count: bigint;
	sum: number;
	quantileValues: readonly { quantile: number; value: number }[];
}

export interface Resource {
	attributes: Attributes;
}

export interface InstrumentationScope {
	name: string;
	version: string;
	attributes: Attributes;
	droppedAttributesCount: number;
}

/** Who sent items. */
export interface OtlpSource {
	readonly resource: Resource;
	readonly resourceSchemaUrl: string;
	readonly scope: InstrumentationScope;
	readonly scopeSchemaUrl: string;
}

export interface ItemsOf {
	readonly traces: Span;
	readonly logs: LogRecord;
	readonly metrics: Metric;
}

/** Items of one sender that stand together in a request. */
export interface OtlpGroup<Item> {
	readonly source: OtlpSource;
	readonly items: readonly Item[];
}
