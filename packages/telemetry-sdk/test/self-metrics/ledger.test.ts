import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { context, logs, metrics, propagation, trace } from '@opentelemetry/api';
import { ENTRY_STAGE, StageStatus, telemetry } from '@pipeline/telemetry-core';
import { event, metric, span } from '@pipeline/telemetry-core/alpha';
import { telemetryEntries } from '@pipeline/telemetry-core/registry';
import { EmissionLedger, type MetricPointView, type NotYet } from '@pipeline/telemetry-testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createModuleLogs } from '../../src/logs/module-logs.ts';
import { BoundMetrics } from '../../src/metrics/bound-metrics.ts';
import { createMetricProducer } from '../../src/metrics/metric-producer.ts';
import { TelemetryProvider, type TelemetryProviderOptions } from '../../src/provider/telemetry-provider.ts';
import { scopeOf } from '../metrics/readers.ts';

const NOT_YET: NotYet = {
	'of the store, which is not part of the process': [
		'metric pipeline.telemetry.audit.counter.entries_written_total',
		'metric pipeline.telemetry.audit.counter.integrity_checks_total',
		'metric pipeline.telemetry.audit.gauge.coverage_ratio',
		'metric pipeline.telemetry.audit.histogram.append_duration_seconds',
		'metric pipeline.telemetry.clock.gauge.max_skew_seconds',
		'metric pipeline.telemetry.events.counter.validation_failures_total',
		'metric pipeline.telemetry.lineage.counter.steps_written_total',
		'metric pipeline.telemetry.lineage.gauge.incomplete_chains',
		'metric pipeline.telemetry.query.counter.queries_total',
		'metric pipeline.telemetry.query.histogram.query_duration_seconds',
		'metric pipeline.telemetry.storage.counter.expired_total',
		'metric pipeline.telemetry.storage.counter.rolled_up_total',
		'metric pipeline.telemetry.storage.gauge.capacity_bytes',
		'metric pipeline.telemetry.storage.gauge.growth_bytes_per_day',
		'metric pipeline.telemetry.storage.gauge.oldest_item_age_seconds',
		'metric pipeline.telemetry.storage.gauge.retention_seconds',
		'metric pipeline.telemetry.storage.gauge.seconds_to_capacity',
		'metric pipeline.telemetry.storage.gauge.utilization',
	],
	'of health, alerts and reports': [
		'metric pipeline.telemetry.alerts.counter.notifications_total',
		'metric pipeline.telemetry.alerts.counter.raised_total',
		'metric pipeline.telemetry.alerts.counter.suppressed_total',
		'metric pipeline.telemetry.alerts.gauge.noise_reduction_ratio',
		'metric pipeline.telemetry.alerts.histogram.alert_latency_seconds',
		'metric pipeline.telemetry.compliance.counter.violations_total',
		'metric pipeline.telemetry.compliance.gauge.domain_status',
	],
	'nothing measures what telemetry itself costs the processor': ['metric pipeline.telemetry.overhead.gauge.cpu_ratio'],
	'nothing in these scenarios is to be redacted': ['metric pipeline.telemetry.redaction.counter.values_redacted_total'],
};

/** An endpoint that accepts everything but what comes to one path. */
async function endpoint(refused: string) {
	const server = createServer((request, response) => {
		request.resume();
		request.on('end', () => response.writeHead(request.url === refused ? 400 : 200).end());
	});
	await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return {
		url,
		async close() {
			server.closeAllConnections();
			await new Promise((closed) => server.close(closed));
		},
	};
}

/** A record with this number of stages, and one whose times are none. */
function record(stages: number): void {
	const { tracer } = telemetry;
	const journal = tracer.begin(span['alpha.record.ingest'], {});
	for (let at = 0; at < stages; at++) tracer.lap(journal, span['alpha.parser.parse'], ENTRY_STAGE, StageStatus.UNSET);
	tracer.insert(journal, span['alpha.buffer.wait'], ENTRY_STAGE, Number.NaN, 0, StageStatus.UNSET);
	tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
	tracer.finish(journal, ENTRY_STAGE, 'DELIVERED', event['pipeline.alpha.trace.trace.completed']);
}

describe('what the registry promises of telemetry itself', () => {
	const folder = mkdtempSync(join(tmpdir(), 'telemetry-ledger-'));
	const ledger = new EmissionLedger({ spans: {}, events: {}, metrics: telemetryEntries.metrics });
	afterEach(() => {
		for (const api of [context, logs, metrics, propagation, trace]) api.disable();
		rmSync(folder, { recursive: true, force: true });
	});

	/** Runs a process's telemetry through everything that it measures, and counts which metrics there are then. */
	async function scenario(otlp: TelemetryProviderOptions['otlp']): Promise<readonly string[]> {
		let bound = new BoundMetrics();
		const provider = new TelemetryProvider({
			profile: 'staging',
			maxSpans: 100,
			maxSpanDurationS: 1,
			audit: { path: folder },
			retry: { initialMs: 1, factor: 1, maxMs: 1, attempts: 2 },
			otlp,
			env: {},
			metricReaders(own) {
				bound = own;
				return [];
			},
		});
		expect(await provider.start()).toBe(true);
		for (let at = 0; at < 50; at++) record(1);
		record(200);
		telemetry.tracer.begin(span['alpha.record.ingest'], {});
		telemetry.events.emit(event['pipeline.alpha.config.log.changed'], {});
		trace.getTracer('library').startSpan('work').end();
		for (let at = 0; at < 2_000; at++)
			telemetry.metrics.bind(metric['pipeline.alpha.adapter.counter.records_fetched_total'], {
				'pipeline.source_id': `s${at}`,
			});
		const quiet = { level: 'INFO', perSecond: 1, isExported: false, destination: { write() {} } } as const;
		const log = (await createModuleLogs({ ...quiet, metrics: bound })).logger('ALPHA', 'parser');
		for (let at = 0; at < 3; at++) log.info('x');
		await provider.forceFlush();
		await vi.waitFor(async () =>
			expect(await namesOf(bound)).toContain('pipeline.telemetry.exporter.counter.exports_total'),
		);
		await vi.waitFor(
			async () => {
				await provider.forceFlush();
				expect(await namesOf(bound)).toContain('pipeline.telemetry.spans.counter.abandoned_total');
			},
			{ timeout: 20_000 },
		);
		const names = await namesOf(bound);
		ledger.add({ spans: [], events: [], metrics: names.map((name) => ({ name }) as MetricPointView) });
		await provider.shutdown();
		return names;
	}

	it('is measured in a process, but for what has a reason', async () => {
		for (const refused of ['nothing', '/v1/traces']) {
			const sink = await endpoint(refused);
			await scenario({ endpoint: sink.url });
			await sink.close();
		}
		const gone = await endpoint('nothing');
		await gone.close();
		await scenario({ endpoint: gone.url, protocol: 'grpc' });
		expect(ledger.balance(NOT_YET)).toEqual({ missing: [], needless: [] });
	});
});

async function namesOf(bound: BoundMetrics): Promise<string[]> {
	const { resourceMetrics } = await createMetricProducer(bound, { scopeOf }).collect();
	return resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics.map(({ descriptor }) => descriptor.name));
}
