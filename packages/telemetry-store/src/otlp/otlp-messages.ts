import type {
	Buckets,
	Exemplar,
	ExponentialHistogramPoint,
	HistogramPoint,
	InstrumentationScope,
	LogRecord,
	Metric,
	NumberPoint,
	Point,
	Points,
	Resource,
	Signal,
	Span,
	SpanEvent,
	SpanLink,
	SpanStatus,
	SummaryPoint,
} from './otlp-types.ts';

/** How a field is written. `id`: bytes, in JSON hexadecimal text. `attributes`: key-values. `any`: an AnyValue. */
export type FieldKind =
	| ('text' | 'id' | 'uint32' | 'int32' | 'sint32' | 'fixed32' | 'boolean' | 'double')
	| ('uint64' | 'fixed64' | 'sfixed64' | 'attributes' | 'any');

export interface OtlpField {
	readonly name: string;
	readonly kind: FieldKind | OtlpMessage<object>;
	readonly isList: boolean;
}

/** The fields of a message that are read; all others are skipped. */
export interface OtlpMessage<Content extends object> {
	/** With nothing in it: what absent fields mean. */
	readonly blank: () => Content;
	/** By field number. */
	readonly fields: readonly (OtlpField | undefined)[];
}

type FieldSpec = readonly [number: number, kind: FieldKind | OtlpMessage<object>, list?: 'list'];
type FieldSpecs<Content> = { readonly [Name in keyof Content]-?: FieldSpec };

function message<Content extends object>(blank: () => Content, specs: FieldSpecs<Content>): OtlpMessage<Content> {
	const fields: (OtlpField | undefined)[] = [];
	for (const [name, [number, kind, list]] of Object.entries<FieldSpec>(specs)) {
		fields[number] = { name, kind, isList: list !== undefined };
	}
	return { blank, fields: Array.from(fields) };
}

const NONE: readonly never[] = Object.freeze([]);

export const RESOURCE = message<Resource>(() => ({ attributes: NONE }), { attributes: [1, 'attributes'] });

export const SCOPE = message<InstrumentationScope>(
	() => ({ name: '', version: '', attributes: NONE, droppedAttributesCount: 0 }),
	{
		name: [1, 'text'],
		version: [2, 'text'],
		attributes: [3, 'attributes'],
		droppedAttributesCount: [4, 'uint32'],
	},
);

const SPAN_EVENT = message<SpanEvent>(() => ({ timeUnixNano: 0n, name: '', attributes: NONE }), {
	timeUnixNano: [1, 'fixed64'],
	name: [2, 'text'],
	attributes: [3, 'attributes'],
});

const SPAN_LINK = message<SpanLink>(() => ({ traceId: '', spanId: '', traceState: '', attributes: NONE }), {
	traceId: [1, 'id'],
	spanId: [2, 'id'],
	traceState: [3, 'text'],
	attributes: [4, 'attributes'],
});

const SPAN_STATUS = message<SpanStatus>(() => ({ message: '', code: 0 }), { message: [2, 'text'], code: [3, 'int32'] });

const SPAN = message<Span>(
	() => ({
		traceId: '',
		spanId: '',
		traceState: '',
		parentSpanId: '',
		name: '',
		kind: 0,
		startTimeUnixNano: 0n,
		endTimeUnixNano: 0n,
		attributes: NONE,
		events: NONE,
		links: NONE,
		status: undefined,
	}),
	{
		traceId: [1, 'id'],
		spanId: [2, 'id'],
		traceState: [3, 'text'],
		parentSpanId: [4, 'id'],
		name: [5, 'text'],
		kind: [6, 'int32'],
		startTimeUnixNano: [7, 'fixed64'],
		endTimeUnixNano: [8, 'fixed64'],
		attributes: [9, 'attributes'],
		events: [11, SPAN_EVENT, 'list'],
		links: [13, SPAN_LINK, 'list'],
		status: [15, SPAN_STATUS],
	},
);

const LOG_RECORD = message<LogRecord>(
	() => ({
		timeUnixNano: 0n,
		observedTimeUnixNano: 0n,
		severityNumber: 0,
		severityText: '',
		body: undefined,
		attributes: NONE,
		flags: 0,
		traceId: '',
		spanId: '',
		eventName: '',
	}),
	{
		timeUnixNano: [1, 'fixed64'],
		severityNumber: [2, 'int32'],
		severityText: [3, 'text'],
		body: [5, 'any'],
		attributes: [6, 'attributes'],
		flags: [8, 'fixed32'],
		traceId: [9, 'id'],
		spanId: [10, 'id'],
		observedTimeUnixNano: [11, 'fixed64'],
		eventName: [12, 'text'],
	},
);

const EXEMPLAR = message<Exemplar>(
	() => ({
		filteredAttributes: NONE,
		timeUnixNano: 0n,
		asDouble: undefined,
		asInt: undefined,
		spanId: '',
		traceId: '',
	}),
	{
		timeUnixNano: [2, 'fixed64'],
		asDouble: [3, 'double'],
		spanId: [4, 'id'],
		traceId: [5, 'id'],
		asInt: [6, 'sfixed64'],
		filteredAttributes: [7, 'attributes'],
	},
);

const blankPoint = (): Point => ({ attributes: NONE, startTimeUnixNano: 0n, timeUnixNano: 0n, flags: 0 });
const TIMES = { startTimeUnixNano: [2, 'fixed64'], timeUnixNano: [3, 'fixed64'] } as const;

const NUMBER_POINT = message<NumberPoint>(
	() => ({ ...blankPoint(), asDouble: undefined, asInt: undefined, exemplars: NONE }),
	{
		...TIMES,
		asDouble: [4, 'double'],
		exemplars: [5, EXEMPLAR, 'list'],
		asInt: [6, 'sfixed64'],
		attributes: [7, 'attributes'],
		flags: [8, 'uint32'],
	},
);

const HISTOGRAM_POINT = message<HistogramPoint>(
	() => ({
		...blankPoint(),
		count: 0n,
		sum: undefined,
		bucketCounts: NONE,
		explicitBounds: NONE,
		exemplars: NONE,
		min: undefined,
		max: undefined,
	}),
	{
		...TIMES,
		count: [4, 'fixed64'],
		sum: [5, 'double'],
		bucketCounts: [6, 'fixed64', 'list'],
		explicitBounds: [7, 'double', 'list'],
		exemplars: [8, EXEMPLAR, 'list'],
		attributes: [9, 'attributes'],
		flags: [10, 'uint32'],
		min: [11, 'double'],
		max: [12, 'double'],
	},
);

const BUCKETS = message<Buckets>(() => ({ offset: 0, bucketCounts: NONE }), {
	offset: [1, 'sint32'],
	bucketCounts: [2, 'uint64', 'list'],
});

const EXPONENTIAL_HISTOGRAM_POINT = message<ExponentialHistogramPoint>(
	() => ({
		...blankPoint(),
		count: 0n,
		sum: undefined,
		scale: 0,
		zeroCount: 0n,
		positive: undefined,
		negative: undefined,
		exemplars: NONE,
		min: undefined,
		max: undefined,
	}),
	{
		...TIMES,
		attributes: [1, 'attributes'],
		count: [4, 'fixed64'],
		sum: [5, 'double'],
		scale: [6, 'sint32'],
		zeroCount: [7, 'fixed64'],
		positive: [8, BUCKETS],
		negative: [9, BUCKETS],
		flags: [10, 'uint32'],
		exemplars: [11, EXEMPLAR, 'list'],
		min: [12, 'double'],
		max: [13, 'double'],
	},
);

const SUMMARY_POINT = message<SummaryPoint>(() => ({ ...blankPoint(), count: 0n, sum: 0, quantileValues: NONE }), {
	...TIMES,
	count: [4, 'fixed64'],
	sum: [5, 'double'],
	quantileValues: [
		6,
		message(() => ({ quantile: 0, value: 0 }), { quantile: [1, 'double'], value: [2, 'double'] }),
		'list',
	],
	attributes: [7, 'attributes'],
	flags: [8, 'uint32'],
});

function points<P extends object>(point: OtlpMessage<P>): OtlpMessage<Points<P>> {
	return message<Points<P>>(() => ({ dataPoints: NONE, aggregationTemporality: 0 }), {
		dataPoints: [1, point, 'list'],
		aggregationTemporality: [2, 'int32'],
	});
}

function untimedPoints<P extends object>(point: OtlpMessage<P>): OtlpMessage<{ dataPoints: readonly P[] }> {
	return message<{ dataPoints: readonly P[] }>(() => ({ dataPoints: NONE }), { dataPoints: [1, point, 'list'] });
}

const METRIC = message<Metric>(
	() => ({
		name: '',
		description: '',
		unit: '',
		gauge: undefined,
		sum: undefined,
		histogram: undefined,
		exponentialHistogram: undefined,
		summary: undefined,
	}),
	{
		name: [1, 'text'],
		description: [2, 'text'],
		unit: [3, 'text'],
		gauge: [5, untimedPoints(NUMBER_POINT)],
		sum: [
			7,
			message<NonNullable<Metric['sum']>>(() => ({ dataPoints: NONE, aggregationTemporality: 0, isMonotonic: false }), {
				dataPoints: [1, NUMBER_POINT, 'list'],
				aggregationTemporality: [2, 'int32'],
				isMonotonic: [3, 'boolean'],
			}),
		],
		histogram: [9, points(HISTOGRAM_POINT)],
		exponentialHistogram: [10, points(EXPONENTIAL_HISTOGRAM_POINT)],
		summary: [11, untimedPoints(SUMMARY_POINT)],
	},
);

/** What stands inside a request of a signal, from the outside in; in protobuf all three lists have number 1 or 2. */
export const REQUESTS = {
	traces: { resources: 'resourceSpans', scopes: 'scopeSpans', items: 'spans', item: SPAN },
	logs: { resources: 'resourceLogs', scopes: 'scopeLogs', items: 'logRecords', item: LOG_RECORD },
	metrics: { resources: 'resourceMetrics', scopes: 'scopeMetrics', items: 'metrics', item: METRIC },
} as const satisfies Record<Signal, object>;
