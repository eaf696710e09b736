import fc from 'fast-check';

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const hex = (bytes: number) =>
	fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((array) => Buffer.from(array).toString('hex'));
const traceId = fc.oneof(hex(16), fc.constant(''), fc.constant('0'.repeat(32)));
const spanId = fc.oneof(hex(8), fc.constant(''));
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
const uint32 = fc.nat({ max: 2 ** 32 - 1 });
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
/** JSON writes the negative zero as zero. */
const double = fc.double().map((value) => (value === 0 ? 0 : value));
const doubleText = double.map((value) => (Number.isFinite(value) ? value : String(value)));

const { anyValue } = fc.letrec((tie) => ({
	keyValue: fc.record({ key: text, value: tie('anyValue') }),
	anyValue: fc.oneof(
		{ maxDepth: 3 },
		text.map((stringValue) => ({ stringValue })),
		fc.boolean().map((boolValue) => ({ boolValue })),
		int64.map((intValue) => ({ intValue })),
		doubleText.map((doubleValue) => ({ doubleValue })),
		fc.uint8Array({ maxLength: 8 }).map((bytes) => ({ bytesValue: Buffer.from(bytes).toString('base64') })),
		fc.array(tie('anyValue'), { maxLength: 3 }).map((values) => ({ arrayValue: { values } })),
		fc.array(tie('keyValue'), { maxLength: 3 }).map((values) => ({ kvlistValue: { values } })),
		fc.constant({}),
	),
}));
const attributes = fc.array(fc.record({ key: text, value: anyValue }), { maxLength: 4 });
const some = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.array(arbitrary, { maxLength: 3 });
const partial = <Fields extends object>(fields: { [Name in keyof Fields]: fc.Arbitrary<Fields[Name]> }) =>
	fc.record(fields, { requiredKeys: [] });

function request(resources: string, scopes: string, items: string, item: fc.Arbitrary<unknown>): fc.Arbitrary<object> {
	const scope = partial({ name: text, version: text, attributes, droppedAttributesCount: uint32 });
	const ofScope = partial({ scope, schemaUrl: text, [items]: some(item) });
	const resource = partial({ attributes, droppedAttributesCount: uint32 });
	return partial({ [resources]: some(partial({ resource, schemaUrl: text, [scopes]: some(ofScope) })) });
}

const span = partial({
	traceId,
	spanId,
	traceState: text,
	parentSpanId: spanId,
	name: text,
	kind: int32,
	startTimeUnixNano: uint64,
	endTimeUnixNano: uint64,
	attributes,
	events: some(partial({ timeUnixNano: uint64, name: text, attributes })),
	links: some(partial({ traceId, spanId, traceState: text, attributes, flags: uint32 })),
	status: partial({ message: text, code: int32 }),
	flags: uint32,
});

const logRecord = partial({
	timeUnixNano: uint64,
	observedTimeUnixNano: uint64,
	severityNumber: int32,
	severityText: text,
	body: anyValue,
	attributes,
	flags: uint32,
	traceId,
	spanId,
	eventName: text,
});

const measured = fc.oneof(
	doubleText.map((asDouble) => ({ asDouble })),
	int64.map((asInt) => ({ asInt })),
	fc.constant({}),
);
const exemplar = fc
	.tuple(partial({ filteredAttributes: attributes, timeUnixNano: uint64, spanId, traceId }), measured)
	.map(([fields, value]) => ({ ...fields, ...value }));
const times = { startTimeUnixNano: uint64, timeUnixNano: uint64, attributes, flags: uint32 };
const totals = { count: uint64, sum: doubleText, min: doubleText, max: doubleText, exemplars: some(exemplar) };
const numberPoint = fc
	.tuple(partial({ ...times, exemplars: some(exemplar) }), measured)
	.map(([fields, value]) => ({ ...fields, ...value }));
const buckets = partial({ offset: int32, bucketCounts: some(uint64) });
const data = fc.oneof(
	partial({ dataPoints: some(numberPoint) }).map((gauge) => ({ gauge })),
	partial({ dataPoints: some(numberPoint), aggregationTemporality: int32, isMonotonic: fc.boolean() }).map((sum) => ({
		sum,
	})),
	partial({
		dataPoints: some(partial({ ...times, ...totals, bucketCounts: some(uint64), explicitBounds: some(doubleText) })),
		aggregationTemporality: int32,
	}).map((histogram) => ({ histogram })),
	partial({
		dataPoints: some(
			partial({ ...times, ...totals, scale: int32, zeroCount: uint64, positive: buckets, negative: buckets }),
		),
		aggregationTemporality: int32,
	}).map((exponentialHistogram) => ({ exponentialHistogram })),
	partial({
		dataPoints: some(
			partial({
				...times,
				count: uint64,
				sum: doubleText,
				quantileValues: some(partial({ quantile: doubleText, value: doubleText })),
			}),
		),
	}).map((summary) => ({ summary })),
);
const metric = fc
	.tuple(partial({ name: text, description: text, unit: text }), data)
	.map(([fields, kind]) => ({ ...fields, ...kind }));

/** Requests of every kind in the form of OTLP's JSON. */
export const ARBITRARY_REQUESTS = {
	traces: request('resourceSpans', 'scopeSpans', 'spans', span),
	logs: request('resourceLogs', 'scopeLogs', 'logRecords', logRecord),
	metrics: request('resourceMetrics', 'scopeMetrics', 'metrics', metric),
} as const;
