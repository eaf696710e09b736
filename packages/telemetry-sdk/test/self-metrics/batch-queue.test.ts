import { context, SeverityNumber } from '@opentelemetry/api';
import { BatchLogRecordProcessor, InMemoryLogRecordExporter, LoggerProvider } from '@opentelemetry/sdk-logs';
import {
	AlwaysOnSampler,
	BatchSpanProcessor,
	InMemorySpanExporter,
	type SpanExporter,
	TracerProvider,
} from '@opentelemetry/sdk-trace';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { BoundMetrics } from '../../src/metrics/bound-metrics.ts';
import { createMetricProducer } from '../../src/metrics/metric-producer.ts';
import { BatchQueue } from '../../src/self-metrics/batch-queue.ts';
import { ExportMonitor } from '../../src/self-metrics/export-monitor.ts';
import { scopeOf, valuesOf } from '../metrics/readers.ts';

const NEVER = 2 ** 31 - 1;
let metrics: BoundMetrics;
let nowMs = 0;
let monitor: ExportMonitor;
beforeEach(() => {
	metrics = new BoundMetrics();
	nowMs = 0;
	monitor = new ExportMonitor('TRACES', metrics, () => nowMs);
});

async function values(name: string): Promise<Record<string, unknown>> {
	const { resourceMetrics } = await createMetricProducer(metrics, { scopeOf }).collect();
	return valuesOf(resourceMetrics, `pipeline.telemetry.${name}`);
}

const dropped = () => values('events.counter.events_dropped_total');

/** A tracer on OpenTelemetry's own batch processor, its queue as long as `capacity`. */
function tracing(capacity: number, exporter: SpanExporter = new InMemorySpanExporter()) {
	const queue = new BatchQueue(capacity, monitor);
	const processor = new BatchSpanProcessor({
		exporter: queue.spanExporter(exporter),
		maxQueueSize: capacity,
		maxExportBatchSize: capacity,
		scheduledDelayMillis: NEVER,
	});
	const provider = new TracerProvider({
		sampler: new AlwaysOnSampler(),
		spanProcessors: [queue.spanProcessor(processor)],
	});
	const tracer = provider.getTracer('test');
	const end = (count: number) => {
		for (let at = 0; at < count; at++) tracer.startSpan('x').end();
	};
	return { queue, provider, end };
}

describe('a batch queue', () => {
	it('knows how many spans wait, and counts each that finds no room, as the processor does', async () => {
		const answers: (() => void)[] = [];
		let taken = 0;
		const slow: SpanExporter = {
			export(spans, onResult) {
				taken += spans.length;
				answers.push(() => onResult({ code: 0 }));
			},
			shutdown: async () => {},
		};
		const { queue, provider, end } = tracing(8, slow);
		end(7);
		expect([queue.size, await dropped()]).toEqual([7, {}]);
		// A full batch is taken, and while it is not answered, eight more can wait.
		end(1);
		await vi.waitFor(() => expect([queue.size, taken]).toEqual([0, 8]));
		end(8);
		expect([queue.size, await dropped()]).toEqual([8, {}]);
		end(3);
		expect([queue.size, await dropped()]).toEqual([8, { 'signal=TRACES,reason=QUEUE_FULL': 3 }]);
		answers.shift()?.();
		await vi.waitFor(() => expect(taken).toBe(16));
		answers.shift()?.();
		await provider.shutdown();
		end(2);
		expect(await values('exporter.counter.items_exported_total')).toEqual({ 'signal=TRACES': 16 });
		expect((await dropped())['signal=TRACES,reason=SHUTDOWN']).toBe(2);
	});

	it('counts what an export loses, and what takes how long', async () => {
		const failing: SpanExporter = {
			export(_spans, onResult) {
				nowMs += 250;
				onResult({ code: 1, error: Object.assign(new Error('no'), { code: 503 }) });
			},
			shutdown: async () => {},
		};
		const { provider, end } = tracing(8, failing);
		end(3);
		await provider.forceFlush().catch(() => {});
		expect(await dropped()).toEqual({ 'signal=TRACES,reason=EXPORT_FAILED': 3 });
		expect(await values('exporter.counter.exports_total')).toEqual({ 'signal=TRACES,outcome=FAILURE': 1 });
		expect(await values('exporter.counter.export_failures_total')).toEqual({
			'signal=TRACES,error.type=UNAVAILABLE': 1,
		});
		expect(await values('exporter.histogram.export_duration_seconds')).toMatchObject({
			'signal=TRACES,outcome=FAILURE': { count: 1, sum: 0.25 },
		});
		expect(monitor.state).toEqual({
			signal: 'TRACES',
			lastSuccessMs: undefined,
			failingSinceMs: 250,
			failure: 'UNAVAILABLE',
		});
		await provider.shutdown().catch(() => {});
	});

	it('counts log records alike', async () => {
		const exporter = new InMemoryLogRecordExporter();
		const queue = new BatchQueue(4, monitor);
		const processor = new BatchLogRecordProcessor({
			exporter: queue.logExporter(exporter),
			maxQueueSize: 4,
			maxExportBatchSize: 4,
			scheduledDelayMillis: NEVER,
		});
		const provider = new LoggerProvider({ processors: [queue.logProcessor(processor)] });
		for (let at = 0; at < 3; at++) provider.getLogger('test').emit({ body: 'x', context: context.active() });
		expect(queue.size).toBe(3);
		await provider.forceFlush();
		expect([queue.size, exporter.getFinishedLogRecords().length]).toEqual([0, 3]);
		await provider.shutdown();
	});

	it('keeps the last tenth of its room for errors', async () => {
		const exporter = new InMemoryLogRecordExporter();
		const queue = new BatchQueue(20, monitor);
		const processor = new BatchLogRecordProcessor({
			exporter: queue.logExporter(exporter),
			maxQueueSize: 20,
			maxExportBatchSize: 20,
			scheduledDelayMillis: NEVER,
		});
		const provider = new LoggerProvider({ processors: [queue.logProcessor(processor)] });
		const emit = (severityNumber: SeverityNumber, count: number) => {
			for (let at = 0; at < count; at++) provider.getLogger('test').emit({ severityNumber, context: context.active() });
		};
		emit(SeverityNumber.UNSPECIFIED, 1);
		emit(SeverityNumber.INFO, 18);
		emit(SeverityNumber.WARN4, 1);
		expect([queue.size, await dropped()]).toEqual([18, { 'signal=TRACES,reason=QUEUE_FULL': 2 }]);
		emit(SeverityNumber.ERROR, 1);
		emit(SeverityNumber.INFO, 1);
		await provider.forceFlush();
		const kept = exporter.getFinishedLogRecords().map(({ severityNumber }) => severityNumber);
		expect(kept.filter((one) => one === SeverityNumber.ERROR)).toHaveLength(1);
		expect([kept.length, await dropped()]).toEqual([19, { 'signal=TRACES,reason=QUEUE_FULL': 3 }]);
		await provider.shutdown();
	});
});

describe('an export monitor', () => {
	it('says since when exports fail, and forgets it with the first that succeeds', () => {
		nowMs = 10;
		monitor.ended({ startedMs: 5, items: 1, error: new Error('x') });
		nowMs = 20;
		monitor.ended({ startedMs: 15, items: 1, error: new Error('x'), isRetried: true });
		expect([monitor.state.failingSinceMs, monitor.state.failure]).toEqual([10, 'OTHER']);
		nowMs = 30;
		monitor.ended({ startedMs: 25, items: 1 });
		expect(monitor.state).toEqual({
			signal: 'TRACES',
			lastSuccessMs: 30,
			failingSinceMs: undefined,
			failure: undefined,
		});
	});
});
