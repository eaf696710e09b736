import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Ingest } from '../../src/ingest/ingest.ts';
import type { OtlpEncoding, Signal } from '../../src/otlp/otlp-types.ts';
import { openTestDatabase } from '../open-test-database.ts';
import { ARBITRARY_REQUESTS } from '../otlp/arbitrary-requests.ts';
import { jsonBytes, protobufBytes } from '../otlp/otlp-bytes.ts';
import { LOGS, METRICS, TRACES } from './example-requests.ts';
import { MemoryLedger } from './memory-ledger.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let ingest: Ingest;
beforeAll(async () => {
	database = await openTestDatabase();
	ingest = new Ingest(database, { ledger: new MemoryLedger() });
});
afterAll(async () => {
	await ingest.close();
	await database[Symbol.asyncDispose]();
});

const SHARED = {
	ServiceName: 'my.service',
	ResourceAttributes: { 'service.name': 'my.service' },
	ScopeName: 'my.library',
	ScopeVersion: '1.0.0',
};
const SCOPE_ATTRIBUTES = { 'my.scope.attribute': 'some scope attribute' };
const METRIC = {
	...SHARED,
	ScopeAttributes: SCOPE_ATTRIBUTES,
	ScopeDroppedAttrCount: 0,
	ScopeSchemaUrl: '',
	ResourceSchemaUrl: '',
	MetricUnit: '1',
	StartTimeUnix: '2018-12-13 14:51:00',
	TimeUnix: '2018-12-13 14:51:00',
	Attributes: { 'my.attr': 'some value' },
	Flags: 0,
};
const NO_EXEMPLARS = {
	'Exemplars.FilteredAttributes': [],
	'Exemplars.TimeUnix': [],
	'Exemplars.Value': [],
	'Exemplars.SpanId': [],
	'Exemplars.TraceId': [],
};
const named = (name: string) => ({ ...METRIC, MetricName: name, MetricDescription: `I am ${name}` });

const EXPECTED = {
	otel_traces: [
		{
			...SHARED,
			Timestamp: '2018-12-13 14:51:00.000000001',
			TraceId: '5b8efff798038103d269b633813fc60c',
			SpanId: 'eee19b7ec3c1b174',
			ParentSpanId: 'eee19b7ec3c1b173',
			TraceState: 'ot=th:0',
			SpanName: "I'm a server span",
			SpanKind: 'Server',
			SpanAttributes: {
				'my.span.attr': 'some value',
				int: '9007199254740993',
				double: '0.5',
				boolean: 'true',
				bytes: 'AP8=',
				list: '[1,"\\u003cb\\u003e",null]',
				map: '{"a":"2","z":"1"}',
				none: '',
			},
			Duration: '1000000002',
			StatusCode: 'Error',
			StatusMessage: 'timed out',
			'Events.Timestamp': ['2018-12-13 14:51:00.300000000'],
			'Events.Name': ['retried'],
			'Events.Attributes': [{ attempt: '2' }],
			'Links.TraceId': ['5b8efff798038103d269b633813fc60d'],
			'Links.SpanId': ['eee19b7ec3c1b175'],
			'Links.TraceState': [''],
			'Links.Attributes': [{ 'pipeline.link': 'batch' }],
		},
	],
	otel_logs: [
		{
			...SHARED,
			ScopeAttributes: SCOPE_ATTRIBUTES,
			ResourceSchemaUrl: 'https://opentelemetry.io/schemas/1.40.0',
			ScopeSchemaUrl: '',
			Timestamp: '2018-12-13 14:51:00.300000000',
			TraceId: '5b8efff798038103d269b633813fc60c',
			SpanId: 'eee19b7ec3c1b174',
			TraceFlags: 1,
			SeverityText: 'Information',
			SeverityNumber: 10,
			Body: 'Example log record',
			LogAttributes: { 'string.attribute': 'some string' },
			EventName: '',
		},
		{
			...SHARED,
			ScopeAttributes: SCOPE_ATTRIBUTES,
			ResourceSchemaUrl: 'https://opentelemetry.io/schemas/1.40.0',
			ScopeSchemaUrl: '',
			Timestamp: '2018-12-13 14:51:00.300000000',
			TraceId: '',
			SpanId: '',
			TraceFlags: 0,
			SeverityText: '',
			SeverityNumber: 9,
			Body: '{"type":0,"url":"https://example.com/?a\\u0026b"}',
			LogAttributes: {},
			EventName: 'browser.page_view',
		},
	],
	otel_metrics_sum: [
		{
			...named('my.counter'),
			Value: 5,
			AggregationTemporality: 1,
			IsMonotonic: true,
			'Exemplars.FilteredAttributes': [{ user: 'k1:0123456789abcdef' }, {}],
			'Exemplars.TimeUnix': ['2018-12-13 14:51:00', '1970-01-01 00:00:00'],
			'Exemplars.Value': [7, 0],
			'Exemplars.SpanId': ['eee19b7ec3c1b174', '0'.repeat(16)],
			'Exemplars.TraceId': ['5b8efff798038103d269b633813fc60c', '0'.repeat(32)],
		},
	],
	otel_metrics_gauge: [
		{ ...named('my.gauge'), Value: 10, ...NO_EXEMPLARS },
		{ ...named('my.gauge'), Value: 0, Attributes: {}, StartTimeUnix: '1970-01-01 00:00:00', ...NO_EXEMPLARS },
	],
	otel_metrics_histogram: [
		{
			...named('my.histogram'),
			...NO_EXEMPLARS,
			Count: '2',
			Sum: 2,
			Min: 0,
			Max: 2,
			BucketCounts: ['1', '1'],
			ExplicitBounds: [1],
			AggregationTemporality: 2,
		},
	],
	otel_metrics_exponential_histogram: [
		{
			...named('my.exponential.histogram'),
			...NO_EXEMPLARS,
			Count: '18446744073709551615',
			Sum: 10,
			Min: 0,
			Max: 0,
			Scale: -1,
			ZeroCount: '1',
			PositiveOffset: 1,
			PositiveBucketCounts: ['0', '2'],
			NegativeOffset: 0,
			NegativeBucketCounts: [],
			AggregationTemporality: 1,
		},
	],
	otel_metrics_summary: [
		{
			...named('my.summary'),
			Count: '4',
			Sum: 8,
			'ValueAtQuantiles.Quantile': [0.5, 1],
			'ValueAtQuantiles.Value': [2, 3],
		},
	],
} as const;

const REQUESTS: readonly (readonly [Signal, object, number])[] = [
	['traces', TRACES, 1],
	['logs', LOGS, 2],
	['metrics', METRICS, 6],
];

it.each<OtlpEncoding>(['json', 'protobuf'])(
	'stores the examples of OTLP, sent as %s, as the Collector does',
	async (encoding) => {
		for (const [signal, request, accepted] of REQUESTS) {
			const body = encoding === 'json' ? jsonBytes(request) : protobufBytes(signal, request);
			expect(await ingest.accept(signal, encoding, body)).toEqual({ accepted, rejected: 0 });
		}
		for (const [table, rows] of Object.entries(EXPECTED)) {
			const order = table === 'otel_logs' ? 'SeverityNumber DESC' : table === 'otel_metrics_gauge' ? 'Value DESC' : '1';
			expect(await database.query(`SELECT * FROM ${table} ORDER BY ${order}`), table).toEqual(rows);
		}
		await database.administer(async ({ execute }) => {
			for (const table of Object.keys(EXPECTED)) await execute(`TRUNCATE TABLE ${database.name}.${table}`);
		});
	},
);

it.each<Signal>(['traces', 'logs', 'metrics'])(
	'stores all %s that can be read, whatever is in them',
	async (signal) => {
		await fc.assert(
			fc.asyncProperty(fc.array(ARBITRARY_REQUESTS[signal], { minLength: 20, maxLength: 20 }), async (requests) => {
				const before = ingest.stats();
				const results = await Promise.all(
					requests.map((request) => ingest.accept(signal, 'protobuf', protobufBytes(signal, request))),
				);
				expect(results.every(({ rejected }) => rejected === 0)).toBe(true);
				const { rejected, insertErrors } = ingest.stats();
				expect({ rejected, insertErrors }).toEqual({ rejected: before.rejected, insertErrors: before.insertErrors });
			}),
			{ numRuns: 5 },
		);
		const tables = Object.keys(EXPECTED).filter((table) => table.startsWith(`otel_${signal}`));
		const sum = tables.map((table) => `(SELECT count() FROM ${table})`).join(' + ');
		const [stored] = await database.query<{ items: string }>(`SELECT ${sum} AS items`);
		expect(Number(stored?.items)).toBeGreaterThan(20);
	},
);
