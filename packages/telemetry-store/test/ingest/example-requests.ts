// Requests like the examples of the OTLP specification, with every kind of metric and of value.

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const RESOURCE = { attributes: [text('service.name', 'my.service')], entityRefs: [{ type: 'service' }] };
const SCOPE = {
	name: 'my.library',
	version: '1.0.0',
	attributes: [text('my.scope.attribute', 'some scope attribute')],
};
const TIME = '1544712660300000000';

export const TRACES = {
	resourceSpans: [
		{
			resource: RESOURCE,
			scopeSpans: [
				{
					scope: SCOPE,
					spans: [
						{
							traceId: '5B8EFFF798038103D269B633813FC60C',
							spanId: 'EEE19B7EC3C1B174',
							parentSpanId: 'EEE19B7EC3C1B173',
							traceState: 'ot=th:0',
							name: "I'm a server span",
							startTimeUnixNano: '1544712660000000001',
							endTimeUnixNano: '1544712661000000003',
							kind: 2,
							attributes: [
								text('my.span.attr', 'some value'),
								{ key: 'int', value: { intValue: '9007199254740993' } },
								{ key: 'double', value: { doubleValue: 0.5 } },
								{ key: 'boolean', value: { boolValue: true } },
								{ key: 'bytes', value: { bytesValue: 'AP8=' } },
								{ key: 'list', value: { arrayValue: { values: [{ intValue: 1 }, { stringValue: '<b>' }, {}] } } },
								{ key: 'map', value: { kvlistValue: { values: [text('z', '1'), text('a', '2')] } } },
								{ key: 'none' },
							],
							events: [{ timeUnixNano: TIME, name: 'retried', attributes: [text('attempt', '2')] }],
							links: [
								{
									traceId: '5b8efff798038103d269b633813fc60d',
									spanId: 'eee19b7ec3c1b175',
									attributes: [text('pipeline.link', 'batch')],
								},
							],
							status: { code: 2, message: 'timed out' },
							futureField: { anything: [1] },
						},
					],
				},
			],
		},
	],
};

export const LOGS = {
	resourceLogs: [
		{
			resource: RESOURCE,
			schemaUrl: 'https://opentelemetry.io/schemas/1.40.0',
			scopeLogs: [
				{
					scope: SCOPE,
					logRecords: [
						{
							timeUnixNano: TIME,
							observedTimeUnixNano: TIME,
							severityNumber: 10,
							severityText: 'Information',
							traceId: '5B8EFFF798038103D269B633813FC60C',
							spanId: 'EEE19B7EC3C1B174',
							flags: 1,
							body: { stringValue: 'Example log record' },
							attributes: [text('string.attribute', 'some string')],
						},
						{
							observedTimeUnixNano: TIME,
							severityNumber: 9,
							eventName: 'browser.page_view',
							body: {
								kvlistValue: {
									values: [text('url', 'https://example.com/?a&b'), { key: 'type', value: { intValue: 0 } }],
								},
							},
						},
					],
				},
			],
		},
	],
};

const POINT = { startTimeUnixNano: TIME, timeUnixNano: TIME, attributes: [text('my.attr', 'some value')], flags: 0 };
const EXEMPLAR = {
	timeUnixNano: TIME,
	asInt: '7',
	spanId: 'eee19b7ec3c1b174',
	traceId: '5b8efff798038103d269b633813fc60c',
	filteredAttributes: [text('user', 'k1:0123456789abcdef')],
};
const metric = (name: string, data: object) => ({ name, unit: '1', description: `I am ${name}`, ...data });

export const METRICS = {
	resourceMetrics: [
		{
			resource: RESOURCE,
			scopeMetrics: [
				{
					scope: SCOPE,
					metrics: [
						metric('my.counter', {
							sum: {
								aggregationTemporality: 1,
								isMonotonic: true,
								dataPoints: [{ ...POINT, asDouble: 5, exemplars: [EXEMPLAR, {}] }],
							},
						}),
						metric('my.gauge', { gauge: { dataPoints: [{ ...POINT, asInt: 10 }, { timeUnixNano: TIME }] } }),
						metric('my.histogram', {
							histogram: {
								aggregationTemporality: 2,
								dataPoints: [
									{ ...POINT, count: 2, sum: 2, bucketCounts: [1, '1'], explicitBounds: [1], min: 0, max: 2 },
								],
							},
						}),
						metric('my.exponential.histogram', {
							exponentialHistogram: {
								aggregationTemporality: 1,
								dataPoints: [
									{
										...POINT,
										count: '18446744073709551615',
										sum: 10,
										scale: -1,
										zeroCount: 1,
										positive: { offset: 1, bucketCounts: [0, 2] },
									},
								],
							},
						}),
						metric('my.summary', {
							summary: {
								dataPoints: [
									{
										...POINT,
										count: 4,
										sum: 8,
										quantileValues: [
											{ quantile: 0.5, value: 2 },
											{ quantile: 1, value: 3 },
										],
									},
								],
							},
						}),
					],
				},
			],
		},
	],
};
