import { context, createTraceState, logs, metrics, propagation, SpanStatusCode, trace } from '@opentelemetry/api';
import { InMemoryLogRecordExporter, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import {
	AggregationTemporality,
	type DataPoint,
	type Histogram,
	InMemoryMetricExporter,
	PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { telemetry } from '@pipeline/telemetry-core';
import { event, metric } from '@pipeline/telemetry-core/alpha';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMetricProducer } from '../../src/metrics/index.ts';
import { TelemetryProvider } from '../../src/provider/telemetry-provider.ts';

const KEYS = [{ id: 'k1', secret: 'only for these tests' }];

let provider: TelemetryProvider;
let spans: InMemorySpanExporter;
let records: InMemoryLogRecordExporter;
let points: InMemoryMetricExporter;
let reader: PeriodicExportingMetricReader;

beforeEach(async () => {
	spans = new InMemorySpanExporter();
	records = new InMemoryLogRecordExporter();
	points = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
	provider = new TelemetryProvider({
		profile: 'dev',
		env: {},
		redaction: { keys: KEYS },
		spanProcessors: [new SimpleSpanProcessor({ exporter: spans })],
		logRecordProcessors: [new SimpleLogRecordProcessor({ exporter: records })],
		metricReaders(bound) {
			const metricProducers = [createMetricProducer(bound, { scopeOf: () => ({ name: 'own', version: '' }) })];
			reader = new PeriodicExportingMetricReader({
				exporter: points,
				exportIntervalMillis: 2 ** 31 - 1,
				metricProducers,
			});
			return [reader];
		},
	});
	expect(await provider.start()).toBe(true);
});

afterEach(async () => {
	await provider.shutdown();
	for (const api of [context, logs, metrics, propagation, trace]) api.disable();
});

/** Data points of a metric, by their attributes. */
async function pointsOf(name: string) {
	points.reset();
	await reader.forceFlush();
	const all = points.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
	return all
		.filter(({ descriptor }) => descriptor.name === name)
		.flatMap(({ dataPoints }) => dataPoints as DataPoint<unknown>[]);
}

describe('what libraries say', () => {
	it('is redacted in every field of a span', () => {
		const state = createTraceState('a=jo@example.org,b=1');
		const linked = { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), traceFlags: 1, traceState: state };
		const parent = trace.setSpanContext(context.active(), linked);
		const span = trace
			.getTracer('library')
			.startSpan('GET jo@example.org', { links: [{ context: linked, attributes: { to: 'jo@example.org' } }] }, parent);
		span.setAttributes({ note: 'jo@example.org', password: 'x', 'user.id': 'jo', n: 1 });
		span.addEvent('saw jo@example.org', { by: 'jo@example.org' });
		span.recordException(
			Object.assign(new Error('jo@example.org'), { stack: 'Error: jo@example.org\n    at x (y.js:1:2)' }),
		);
		span.setStatus({ code: SpanStatusCode.ERROR, message: 'jo@example.org' });
		span.end();
		const [ended] = spans.getFinishedSpans();
		expect(ended).toMatchObject({
			name: 'GET [REDACTED:email]',
			attributes: {
				note: '[REDACTED:email]',
				password: '[REDACTED:key]',
				'user.id': expect.stringMatching(/^k1:/),
				n: 1,
			},
			events: [
				{ name: 'saw [REDACTED:email]', attributes: { by: '[REDACTED:email]' } },
				{
					attributes: {
						'exception.message': '[REDACTED:email]',
						'exception.stacktrace': 'Error: [REDACTED:email]\n    at x (y.js:1:2)',
					},
				},
			],
			links: [{ attributes: { to: '[REDACTED:email]' } }],
			status: { code: SpanStatusCode.ERROR, message: '[REDACTED:email]' },
		});
		expect(ended?.spanContext().traceState?.serialize()).toBe('b=1');
		expect(ended?.links[0]?.context.traceState?.serialize()).toBe('b=1');
		expect(state.serialize()).toBe('a=jo@example.org,b=1');
	});

	it('is redacted in every field of a log record', () => {
		logs.getLogger('library').emit({
			eventName: 'of jo@example.org',
			body: { text: 'jo@example.org', parts: [{ password: 'x' }] },
			attributes: { 'by jo@example.org': 1, note: ['jo@example.org'] },
			severityText: 'INFO',
		});
		const [record] = records.getFinishedLogRecords();
		expect(record).toMatchObject({
			eventName: 'of [REDACTED:email]',
			body: { text: '[REDACTED:email]', parts: [{ password: '[REDACTED:key]' }] },
			severityText: 'INFO',
		});
		expect(record?.attributes).toEqual({ 'by [REDACTED:email]': 1, note: ['[REDACTED:email]'] });
	});

	it('is redacted in attributes of metrics, where they become one series', async () => {
		const counter = metrics.getMeter('library').createCounter('requests');
		counter.add(1, { user: 'jo@example.org', method: 'GET' });
		counter.add(2, { user: 'ann@example.org', method: 'GET' });
		expect(await pointsOf('requests')).toMatchObject([
			{ attributes: { user: '[REDACTED:email]', method: 'GET' }, value: 3 },
		]);
	});

	it('keeps the buckets that a histogram asks for', async () => {
		const advice = { explicitBucketBoundaries: [1, 2] };
		metrics.getMeter('library').createHistogram('seconds', { advice }).record(1.5, { a: 'b' });
		const [point] = (await pointsOf('seconds')) as DataPoint<Histogram>[];
		expect(point?.value.buckets.boundaries).toEqual([1, 2]);
	});
});

describe('what this package says', () => {
	it('is redacted in bound metrics and what they observe', async () => {
		const name = 'pipeline.alpha.adapter.counter.records_fetched_total';
		telemetry.metrics.bind(metric[name], { 'pipeline.source_id': 'FILE:jo@example.org' }).add(1);
		expect(await pointsOf(name)).toMatchObject([{ attributes: { 'pipeline.source_id': 'FILE:[REDACTED:email]' } }]);
	});

	it('is redacted in events', () => {
		telemetry.events.emit(event['pipeline.alpha.error_queue.audit.entry_corrected'], {
			recordId: 'jo@example.org',
			dimensions: { 'pipeline.operator': 'jo', 'pipeline.justification': 'asked by jo@example.org', token: 'x' },
		});
		expect(records.getFinishedLogRecords()[0]?.attributes).toMatchObject({
			'pipeline.record_id': expect.stringMatching(/^~[\w-]{13}$/),
			'pipeline.operator': expect.stringMatching(/^k1:/),
			'pipeline.justification': 'asked by [REDACTED:email]',
			token: '[REDACTED:key]',
			'audit.actor_id': 'pipeline',
		});
	});

	it('counts what was redacted, by rule', async () => {
		trace
			.getTracer('library')
			.startSpan('of jo@example.org', { attributes: { secret: 'x' } })
			.end();
		const counted = await pointsOf('pipeline.telemetry.redaction.counter.values_redacted_total');
		expect(counted.map(({ attributes, value }) => [attributes['pipeline.redaction_rule'], value]).sort()).toEqual([
			['email', 1],
			['key', 1],
		]);
	});
});

describe('headers of calls to anybody', () => {
	it('carry the namespace of the baggage, and nothing else of it', () => {
		const baggage = propagation.createBaggage({
			'pipeline.namespace': { value: 'flights' },
			'pipeline.tenant': { value: 'acme' },
			user: { value: 'jo' },
		});
		const carrier: Record<string, string> = {};
		propagation.inject(propagation.setBaggage(context.active(), baggage), carrier);
		expect(carrier).toEqual({ baggage: 'pipeline.namespace=flights' });
	});
});
