import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AggregationTemporalityPreference } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import {
	AggregationTemporality,
	InMemoryMetricExporter,
	InstrumentType,
	MeterProvider,
	PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { metric as alpha } from '@pipeline/telemetry-core/alpha';
import { afterEach, describe, expect, it } from 'vitest';
import {
	BoundMetrics,
	createMetricProducer,
	exportFailure,
	measuredExporter,
	temporalityOf,
} from '../../src/metrics/index.ts';
import { scopeOf, valuesOf } from './readers.ts';

const COUNTER = alpha['pipeline.alpha.connection.counter.idle_closed_total'];
const EXPORTER = 'pipeline.telemetry.exporter';

describe('measuredExporter', () => {
	const closing: (() => Promise<unknown>)[] = [];
	afterEach(async () => {
		for (const close of closing.splice(0).reverse()) await close();
	});

	/** An OTLP receiver that answers as it is told. */
	async function receiver(answer: (response: ServerResponse) => void) {
		const bodies: Buffer[] = [];
		const server = createServer(async (request, response) => {
			const chunks: Buffer[] = [];
			for await (const chunk of request) chunks.push(chunk as Buffer);
			bodies.push(Buffer.concat(chunks));
			answer(response);
		});
		await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
		const { port } = server.address() as AddressInfo;
		closing.push(async () => {
			server.closeAllConnections();
			server.close();
		});
		return { bodies, url: `http://127.0.0.1:${port}/v1/metrics` };
	}

	function start(url: string, temporalityPreference = AggregationTemporalityPreference.CUMULATIVE) {
		let now = 0;
		const metrics = new BoundMetrics();
		const otlp = new OTLPMetricExporter({ url, timeoutMillis: 500, temporalityPreference });
		const exporter = measuredExporter(otlp, metrics, () => now);
		const producer = createMetricProducer(metrics, { scopeOf, temporality: temporalityOf(exporter) });
		const reader = new PeriodicExportingMetricReader({
			exporter,
			exportIntervalMillis: 2 ** 31 - 1,
			metricProducers: [producer],
		});
		const provider = new MeterProvider({ readers: [reader] });
		closing.push(() => provider.shutdown());
		const own = createMetricProducer(metrics, { scopeOf });
		return {
			metrics,
			flush: () => reader.forceFlush(),
			async told(afterMs: number, ...names: readonly string[]) {
				now += afterMs;
				const { resourceMetrics } = await own.collect();
				return names.map((name) => valuesOf(resourceMetrics, name));
			},
		};
	}

	it('counts an accepted export, its points and its time', async () => {
		const { url, bodies } = await receiver((response) => response.end());
		const { metrics, flush, told } = start(url);
		metrics.bind(COUNTER, { 'pipeline.source_id': 'a' }).add(1);
		metrics.bind(COUNTER, { 'pipeline.source_id': 'b' }).add(1);
		await told(2_000);
		await flush();
		expect(bodies.map((body) => body.includes('pipeline.alpha.connection.counter.idle_closed_total'))).toEqual([true]);
		// Two of the counter, the memory in use, and the time since a success.
		expect(
			await told(
				3_000,
				`${EXPORTER}.counter.exports_total`,
				`${EXPORTER}.counter.items_exported_total`,
				`${EXPORTER}.counter.export_failures_total`,
				`${EXPORTER}.gauge.seconds_since_success`,
				`${EXPORTER}.histogram.export_duration_seconds`,
			),
		).toEqual([
			{ 'signal=METRICS,outcome=SUCCESS': 1 },
			{ 'signal=METRICS': 4 },
			{},
			{ 'signal=METRICS': 3 },
			{ 'signal=METRICS,outcome=SUCCESS': expect.objectContaining({ count: 1, sum: 0 }) },
		]);
	});

	it.each([
		['AUTH', 'FAILURE', (response: ServerResponse) => response.writeHead(401).end()],
		['REJECTED', 'FAILURE', (response: ServerResponse) => response.writeHead(400).end()],
		['UNAVAILABLE', 'FAILURE', (response: ServerResponse) => response.writeHead(503, { 'retry-after': '60' }).end()],
		['TIMEOUT', 'TIMEOUT', (_response: ServerResponse) => {}],
	] as const)('counts a failed one: %s', async (failure, outcome, answer) => {
		const { url } = await receiver(answer);
		const { metrics, flush, told } = start(url);
		metrics.bind(COUNTER, {}).add(1);
		await flush();
		expect(
			await told(
				5_000,
				`${EXPORTER}.counter.exports_total`,
				`${EXPORTER}.counter.export_failures_total`,
				`${EXPORTER}.counter.items_exported_total`,
				`${EXPORTER}.gauge.seconds_since_success`,
				'pipeline.telemetry.events.counter.events_dropped_total',
			),
		).toEqual([
			{ [`signal=METRICS,outcome=${outcome}`]: 1 },
			{ [`signal=METRICS,error.type=${failure}`]: 1 },
			{},
			{ 'signal=METRICS': 5 },
			{},
		]);
	});

	it('of deltas, what a failed export had is lost and counted', async () => {
		const { url } = await receiver((response) => response.writeHead(400).end());
		const { metrics, flush, told } = start(url, AggregationTemporalityPreference.DELTA);
		metrics.bind(COUNTER, {}).add(7);
		metrics.bind(alpha['pipeline.alpha.adapter.updowncounter.records_in_progress'], {}).add(1);
		await flush();
		expect(await told(0, 'pipeline.telemetry.events.counter.events_dropped_total')).toEqual([
			{ 'signal=METRICS,reason=EXPORT_FAILED': 1 },
		]);
	});

	it('an exporter that throws has failed', async () => {
		const metrics = new BoundMetrics();
		const broken = {
			export: () => {
				throw new Error('not today');
			},
			forceFlush: async () => {},
			shutdown: async () => {},
		};
		const exporter = measuredExporter(broken, metrics);
		const producer = createMetricProducer(metrics, { scopeOf });
		const { resourceMetrics } = await producer.collect();
		expect(() => exporter.export(resourceMetrics, () => expect.unreachable())).toThrow('not today');
		const after = (await producer.collect()).resourceMetrics;
		expect(valuesOf(after, `${EXPORTER}.counter.export_failures_total`)).toEqual({
			'signal=METRICS,error.type=OTHER': 1,
		});
	});

	it("keeps the exporter's own preferences, and has none where it has none", () => {
		const delta = new InMemoryMetricExporter(AggregationTemporality.DELTA);
		expect(measuredExporter(delta, new BoundMetrics()).selectAggregationTemporality?.(InstrumentType.COUNTER)).toBe(
			AggregationTemporality.DELTA,
		);
		const plain = { export() {}, forceFlush: async () => {}, shutdown: async () => {} };
		expect(Object.keys(measuredExporter(plain, new BoundMetrics())).sort()).toEqual([
			'export',
			'forceFlush',
			'shutdown',
		]);
		expect([temporalityOf(delta), temporalityOf(plain)]).toEqual(['delta', 'cumulative']);
	});
});

describe('exportFailure', () => {
	it.each([
		[{ code: 401 }, 'AUTH'],
		[{ code: 16 }, 'AUTH'],
		[{ code: 4 }, 'TIMEOUT'],
		[{ code: 504 }, 'TIMEOUT'],
		[{ code: 14 }, 'UNAVAILABLE'],
		[{ code: 429 }, 'UNAVAILABLE'],
		[{ code: 'ECONNREFUSED' }, 'UNAVAILABLE'],
		[{ code: 3 }, 'REJECTED'],
		[{ code: 413 }, 'REJECTED'],
		[{ code: 500 }, 'OTHER'],
		[{ code: 2 }, 'OTHER'],
		[{ code: 'toString' }, 'OTHER'],
		[new Error('Request timed out'), 'TIMEOUT'],
		[new Error('Export failed with retryable status'), 'UNAVAILABLE'],
		[new Error('Concurrent export limit reached'), 'OTHER'],
		[undefined, 'OTHER'],
		['text', 'OTHER'],
	])('%o is %s', (error, expected) => {
		expect(exportFailure(error)).toBe(expected);
	});
});
