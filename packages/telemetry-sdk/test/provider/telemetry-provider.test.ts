import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { metrics, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { ENTRY_STAGE, isSwitchedOn, NO_JOURNAL, noopTracer, StageStatus, telemetry } from '@pipeline/telemetry-core';
import { event, span } from '@pipeline/telemetry-core/alpha';
import { BASES } from '@pipeline/telemetry-core/registry';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { EncodedSpans } from '../../src/encoding/trace-request.ts';
import { traceRequestJson } from '../../src/export/otlp-json.ts';
import { MASTER_FLAG } from '../../src/flags/flag-source.ts';
import { localFlags } from '../../src/flags/local-flags.ts';
import { TelemetryProvider, type TelemetryProviderOptions } from '../../src/provider/telemetry-provider.ts';

const { ERROR, UNSET } = StageStatus;
const started: TelemetryProvider[] = [];
const auditFolder = mkdtempSync(join(tmpdir(), 'audit-'));

function provider(options: TelemetryProviderOptions): TelemetryProvider {
	const created = new TelemetryProvider({ env: {}, ...options });
	started.push(created);
	return created;
}

function record(status: StageStatus = UNSET): void {
	const { tracer } = telemetry;
	const journal = tracer.begin(span['alpha.record.ingest'], {});
	tracer.lap(journal, span['alpha.parser.parse'], ENTRY_STAGE, status);
	tracer.exit(journal, ENTRY_STAGE, UNSET);
	tracer.finish(journal, ENTRY_STAGE, 'DELIVERED', event['pipeline.alpha.trace.trace.completed']);
}

/** Names of the spans in what a sink was given. */
function namesIn(requests: readonly EncodedSpans[]): string[] {
	const text = requests.map(({ bytes }) => JSON.stringify(traceRequestJson(bytes))).join('');
	return [...text.matchAll(/"name":"(alpha\.[a-z_.]+)"/g)].map(([, name]) => name as string);
}

afterEach(async () => {
	await Promise.all(started.splice(0).map((one) => one.shutdown()));
	vi.restoreAllMocks();
	vi.useRealTimers();
	trace.disable();
	metrics.disable();
});

afterAll(() => rmSync(auditFolder, { recursive: true }));

describe('TelemetryProvider', () => {
	it('follows records and hands their spans on, with namespace, product and mode on each', async () => {
		const sent: EncodedSpans[] = [];
		const env = { TELEMETRY_NAMESPACE: 'ns', TELEMETRY_PRODUCT_NAME: 'birds', PIPELINE_MODE: 'staging' };
		const one = provider({ profile: 'dev', env, spanSinks: [{ send: (request) => sent.push(request) }] });
		expect(await one.start()).toBe(true);
		expect(telemetry.source).toBe('@pipeline/telemetry-sdk');
		record();
		expect(await one.forceFlush()).toBe(true);
		expect(namesIn(sent)).toEqual(['alpha.record.ingest', 'alpha.parser.parse']);
		const text = JSON.stringify(traceRequestJson((sent[0] as EncodedSpans).bytes));
		for (const [key, value] of [
			['pipeline.namespace', 'ns'],
			['pipeline.product.name', 'birds'],
			['pipeline.mode', 'staging'],
		])
			expect(text.split(`{"key":"${key}","value":{"stringValue":"${value}"}}`)).toHaveLength(3);
	});

	it('gives metrics to who scrapes them, and spans to the terminal, by the standard variables', async () => {
		const lines: string[] = [];
		vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
		const env = { OTEL_METRICS_EXPORTER: 'prometheus', OTEL_TRACES_EXPORTER: 'console', PROM_EXPORT_PORT: '0' };
		const one = provider({ profile: 'dev', env });
		expect(await one.start()).toBe(true);
		record();
		await one.forceFlush();
		expect(lines.map((line) => line.split(/ +/)[2])).toEqual(['alpha.record.ingest', 'alpha.parser.parse']);
		const scraped = await (await fetch(`http://127.0.0.1:${one.ports.metrics}/metrics`)).text();
		expect(scraped).toContain('pipeline_telemetry_recorder_active_records');
	});

	it('sends spans of records as soon as queues are to be sent', async () => {
		vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
		const sent: EncodedSpans[] = [];
		const env = { OTEL_BSP_SCHEDULE_DELAY: '200' };
		await provider({ profile: 'dev', env, spanSinks: [{ send: (request) => sent.push(request) }] }).start();
		record();
		vi.advanceTimersByTime(199);
		expect(sent).toEqual([]);
		vi.advanceTimersByTime(1);
		expect(namesIn(sent)).toEqual(['alpha.record.ingest', 'alpha.parser.parse']);
	});

	it('says which of the modules that it is to follow are none, and follows the others', async () => {
		const message = vi.spyOn(console, 'error').mockImplementation(() => {});
		expect(await provider({ profile: 'dev', env: { TELEMETRY_MODULES: 'alfa,beta,integration' } }).start()).toBe(true);
		expect(message.mock.calls).toEqual([
			[
				'@pipeline/telemetry-sdk: modules: "alfa" is no module and switches nothing on; known: alpha, beta, gamma, epsilon, phi, integration, integration-layer',
			],
		]);
		expect([BASES.alpha, BASES.beta, BASES.integration].map(isSwitchedOn)).toEqual([false, true, true]);
	});

	it('reads limits from the environment that it was given', async () => {
		const exporter = new InMemorySpanExporter();
		await provider({
			profile: 'dev',
			env: { OTEL_SPAN_EVENT_COUNT_LIMIT: '1' },
			spanProcessors: [new SimpleSpanProcessor({ exporter })],
		}).start();
		trace.getTracer('library').startSpan('work').addEvent('a').addEvent('b').end();
		expect(exporter.getFinishedSpans().map(({ events }) => events.map(({ name }) => name))).toEqual([['b']]);
	});

	it('leaves nothing behind of a start that failed', async () => {
		const message = vi.spyOn(console, 'error').mockImplementation(() => {});
		const listeners = process.listenerCount('exit');
		const fails = () => {
			throw new Error('no reader');
		};
		const one = provider({ profile: 'dev', audit: { path: auditFolder }, metricReaders: fails });
		expect(await one.start()).toBe(false);
		expect(message).toHaveBeenCalledWith('@pipeline/telemetry-sdk: telemetry stays off: no reader');
		expect(process.listenerCount('exit')).toBe(listeners);
		expect(telemetry.source).toBe('none');
	});

	it('leaves it at one where a second has nothing to say', async () => {
		const said = vi.spyOn(console, 'error').mockImplementation(() => {});
		await provider({ profile: 'dev' }).start();
		const { tracer } = telemetry;
		const second = new TelemetryProvider();
		expect(await second.start()).toBe(false);
		await second.shutdown();
		expect(said.mock.calls).toEqual([[expect.stringMatching(/telemetry is on in this process already/)]]);
		expect(telemetry).toMatchObject({ source: '@pipeline/telemetry-sdk', tracer });
	});

	it('says once what goes elsewhere where OpenTelemetry is set up already, and goes on with the rest', async () => {
		const said = vi.spyOn(console, 'error').mockImplementation(() => {});
		const foreign = { getTracer: () => trace.getTracer('none') };
		trace.setGlobalTracerProvider(foreign);
		const sent: EncodedSpans[] = [];
		const one = provider({ profile: 'dev', spanSinks: [{ send: (request) => sent.push(request) }] });
		expect(await one.start()).toBe(true);
		record();
		await one.forceFlush();
		expect(namesIn(sent)).toHaveLength(2);
		expect(said.mock.calls).toEqual([
			[
				expect.stringMatching(
					/^@pipeline\/telemetry-sdk: OpenTelemetry was set up in this process before \(trace\): spans of batches and libraries are its own/,
				),
			],
		]);
		await one.shutdown();
		expect(trace.getTracerProvider()).toMatchObject({ _delegate: foreign });
	});

	it('lets two be in one process, and each go when it likes', async () => {
		vi.spyOn(console, 'error').mockImplementation(() => {});
		const first = provider({ profile: 'dev' });
		const second = provider({ profile: 'dev' });
		await first.start();
		await second.start();
		const { tracer } = telemetry;
		await first.shutdown();
		expect(telemetry).toMatchObject({ source: '@pipeline/telemetry-sdk', tracer });
		await second.shutdown();
		expect(telemetry).toMatchObject({ source: 'none', tracer: noopTracer });
	});

	it('keeps what the profile keeps: at prod_high_volume every failure', async () => {
		const sent: EncodedSpans[] = [];
		const one = provider({
			profile: 'prod_high_volume',
			audit: { path: auditFolder },
			ratio: 0,
			spanSinks: [{ send: (request) => sent.push(request) }],
		});
		await one.start();
		for (let index = 0; index < 100; index++) record(index % 10 === 0 ? ERROR : UNSET);
		await one.forceFlush();
		expect(namesIn(sent).filter((name) => name === 'alpha.record.ingest')).toHaveLength(10);
	});

	it('is off where nothing switches it on', async () => {
		expect(await provider({}).start()).toBe(false);
		expect(await provider({ env: { TELEMETRY_PROFILE: 'prod', TELEMETRY_ENABLED: 'false' } }).start()).toBe(false);
		expect(telemetry.tracer).toBe(noopTracer);
	});

	it.each([
		[{ TELEMETRY_PROFILE: 'production' }, /TELEMETRY_PROFILE is "production"; allowed: off, dev, staging/],
		[{ TELEMETRY_PROFILE: 'dev', TELEMETRY_TRACE_RATIO: '10%' }, /TELEMETRY_TRACE_RATIO is "10%"; allowed: 0 to 1/],
		[{ TELEMETRY_ENABLED: 'yes' }, /TELEMETRY_ENABLED is "yes"; allowed: true, false/],
		[{ TELEMETRY_PROFILE: 'dev', TELEMETRY_BACKEND: 'prometheus' }, /TELEMETRY_BACKEND is "prometheus"; allowed/],
		[{ TELEMETRY_PROFILE: 'dev', OTEL_EXPORTER_OTLP_PROTOCOL: 'thrift' }, /OTLP_PROTOCOL is "thrift"; allowed/],
		[
			{ TELEMETRY_PROFILE: 'dev', OTEL_EXPORTER_OTLP_HEADERS: 'bad' },
			/OTLP_HEADERS is not allowed; allowed: headers, such as authorization=Bearer%20…$/,
		],
		[
			{ TELEMETRY_PROFILE: 'password=geheim; allowed: token=geheim' },
			/^(?!.*geheim).*\[REDACTED:secret\].*; allowed: off, dev/,
		],
	])('stays off and says why with %o', async (env, message) => {
		const said = vi.spyOn(console, 'error').mockImplementation(() => {});
		expect(await provider({ env }).start()).toBe(false);
		expect(said.mock.calls.flat()).toEqual([expect.stringMatching(message)]);
		expect(telemetry.tracer).toBe(noopTracer);
	});

	it('is switched by flags while it runs: what is on its way is given up, what comes later is not seen', async () => {
		const flags = localFlags({});
		const one = provider({ profile: 'dev', flags });
		await one.start();
		const item = {};
		telemetry.tracer.begin(span['alpha.record.ingest'], item);
		expect([telemetry.tracer.journalOf(item) !== NO_JOURNAL, isSwitchedOn(BASES.alpha)]).toEqual([true, true]);
		flags.set(MASTER_FLAG, false);
		await vi.waitFor(() => expect(isSwitchedOn(BASES.alpha)).toBe(false));
		expect(telemetry.tracer.journalOf(item)).toBe(NO_JOURNAL);
		await one.shutdown();
		expect(isSwitchedOn(BASES.alpha)).toBe(true);
	});

	it('follows the share of the records that a flag says', async () => {
		const sent: EncodedSpans[] = [];
		const env = { OBSERVABILITY_INSTRUMENTATION_PERCENTAGE: '20' };
		const one = provider({ profile: 'dev', env, spanSinks: [{ send: (request) => sent.push(request) }] });
		await one.start();
		for (let index = 0; index < 100; index++) record();
		await one.forceFlush();
		expect(namesIn(sent).filter((name) => name === 'alpha.record.ingest')).toHaveLength(20);
		expect(namesIn(sent)).toHaveLength(40);
	});

	it('puts everything back when it is shut down, and does so once', async () => {
		const sent: EncodedSpans[] = [];
		const one = provider({ profile: 'dev', spanSinks: [{ send: (request) => sent.push(request) }] });
		await one.start();
		expect(await one.start()).toBe(true);
		record();
		await one.shutdown();
		await one.shutdown();
		expect(namesIn(sent)).toHaveLength(2);
		expect(telemetry.source).toBe('none');
		record();
		expect(namesIn(sent)).toHaveLength(2);
	});
});
